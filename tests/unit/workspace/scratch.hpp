// A directory that goes with the test, and small snapshots to store in it.
#pragma once

#include "workspace/workspace.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace scratch {

class Directory {
  public:
    Directory() {
        // In memory where that is to be had: these tests sync hundreds of times.
        const std::filesystem::path memory = "/dev/shm";
        const auto where = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
        std::string form = (where / "dwopt-unit-XXXXXX").string();
        if (::mkdtemp(form.data()) == nullptr) throw std::runtime_error("no scratch directory");
        path_ = form;
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline const dwopt::Timestamp start = dwopt::parse_rfc3339("2026-01-01T00:00:00Z");

// The first `n` values of a family's row; the rest zero.
inline std::vector<double> values(dwopt::Family family, std::initializer_list<double> first) {
    std::vector<double> out(dwopt::columns(family).size(), 0.0);
    std::copy(first.begin(), first.end(), out.begin());
    return out;
}

inline dwopt::CounterReading reading(dwopt::Family family, std::vector<dwopt::CounterRow> rows) {
    return {family, "epoch 1", std::nullopt, 0, std::move(rows)};
}

inline dwopt::Table table(dwopt::Oid oid, const std::string& schema, const std::string& name) {
    dwopt::Table t;
    t.oid = oid;
    t.name = {schema, name};
    t.owner = "owner";
    t.columns = {{"id", "bigint", 'N', true, true, true}};
    return t;
}

}  // namespace scratch
