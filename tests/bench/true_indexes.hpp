// The indexes of a benchmark bundle that were really built, with their true bytes and heights.
#pragma once

#include "dwopt/ports.hpp"
#include "dwopt/twin.hpp"

#include <fstream>
#include <regex>
#include <sstream>

namespace bench {

using namespace dwopt;

inline std::vector<std::string> words(const std::string& list) {
    std::vector<std::string> out;
    std::stringstream in(list);
    for (std::string word; std::getline(in, word, ',');) {
        word.erase(0, word.find_first_not_of(' '));
        out.push_back(word);
    }
    return out;
}

// true_indexes.csv: configuration, "create index on t (a, b) include (c) where d", bytes, height. Rows are the table's.
inline std::vector<std::pair<std::string, WhatIfIndex>> read_indexes(const std::string& file, const TwinImage& image) {
    static const std::regex shape(R"re(([^,]+),"?create index on (\w+) \(([^)]*)\)(?: include \(([^)]*)\))?(?: where ([^"]*?))?"?,(\d+),(\d+))re");
    std::vector<std::pair<std::string, WhatIfIndex>> indexes;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::smatch part;
        if (!std::regex_match(line, part, shape)) continue;
        WhatIfIndex index;
        index.spec.table = {"public", part[2]};
        index.spec.name = part[1];
        for (const auto& column : words(part[3])) index.spec.keys.push_back({column, {}, {}, {}, false, false});
        index.spec.include = words(part[4]);
        index.spec.predicate = part[5];
        double tuples = 0;
        for (const auto& relation : image.relations) tuples = relation.name == index.spec.table ? relation.tuples : tuples;
        index.extents = {{index.spec.table, Bytes{std::stoll(part[6])}, tuples, std::stoi(part[7])}};
        indexes.emplace_back(part[1], std::move(index));
    }
    return indexes;
}

}  // namespace bench
