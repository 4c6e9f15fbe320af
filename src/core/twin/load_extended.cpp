// Extended statistics have types that take no text: their bytes are written as the server would store them
// (statistics/mvdistinct.c, statistics/dependencies.c; little-endian):
//
//   pg_ndistinct      magic, type 1, number of items (4 bytes each); an item: distinct values (8), number of attributes (4), attributes (2 each)
//   pg_dependencies   magic, type 1, number of items; an item: degree (8), number of attributes (2), attributes (2 each)
//
// Attribute numbers are those of the warehouse, where columns may have been dropped; their order is the same here.
#include "load.hpp"

#include "model/extended_statistics.hpp"
#include "pq/failure.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <map>
#include <set>

namespace dwopt::twin {
namespace {

using Attributes = std::vector<int>;
using Items = std::vector<model::StatisticsItem>;

Attributes numbers_in(const std::string& text) {
    Attributes numbers;
    for (std::size_t at = 0; at < text.size();) {
        int number = 0;
        const auto [end, failure] = std::from_chars(text.data() + at, text.data() + text.size(), number);
        if (failure == std::errc{}) numbers.push_back(number);
        at = failure == std::errc{} ? static_cast<std::size_t>(end - text.data()) : at + 1;
    }
    return numbers;
}

Items items_of(const std::string& text) {
    auto items = model::statistics_items(text);
    if (items.empty() && !text.empty()) throw Error(ErrorKind::failed, "their text cannot be read");
    return items;
}

// The warehouse's attribute numbers to the twin's. Expressions count down from -1 in both.
std::map<int, int> translation(const Items& a, const Items& b, const Attributes& here) {
    std::set<int> there;
    for (const auto* items : {&a, &b}) {
        for (const auto& [attributes, value] : *items) {
            for (const int attribute : attributes) {
                if (attribute > 0) there.insert(attribute);
            }
        }
    }
    std::map<int, int> map;
    if (there.size() == here.size()) {
        auto at = here.begin();
        for (const int attribute : there) map[attribute] = *at++;
    } else {  // not all appear: then only the same numbers will do
        for (const int attribute : here) map[attribute] = attribute;
    }
    return map;
}

class Hex {
  public:
    template <class T>
    void add(T value) {
        unsigned char raw[sizeof(T)];
        std::memcpy(raw, &value, sizeof value);
        for (const auto byte : raw) hex_ += fmt::format("{:02x}", byte);
    }
    [[nodiscard]] std::string take() { return "\\x" + hex_; }

  private:
    std::string hex_;
};

// Empty if an attribute is unknown here, or there is nothing.
template <class Count>
std::string serialised(std::uint32_t magic, const Items& items, const std::map<int, int>& here) {
    if (items.empty()) return {};
    Hex bytes;
    bytes.add(magic);
    bytes.add(std::uint32_t{1});
    bytes.add(static_cast<std::uint32_t>(items.size()));
    for (const auto& [attributes, value] : items) {
        bytes.add(value);
        bytes.add(static_cast<Count>(attributes.size()));
        for (const int attribute : attributes) {
            const auto found = here.find(attribute);
            if (attribute > 0 && found == here.end()) return {};
            bytes.add(static_cast<std::int16_t>(attribute > 0 ? found->second : attribute));
        }
    }
    return bytes.take();
}

}  // namespace

std::vector<Warning> load_extended(pq::Connection& admin, const std::vector<ExtendedStatistics>& extended) {
    std::vector<Warning> warnings;
    if (extended.empty()) return warnings;
    if (admin.query("select from pg_catalog.pg_cast where castsource = 'bytea'::regtype and casttarget = 'pg_catalog.pg_ndistinct'::regtype").rows() == 0) {
        admin.execute("CREATE CAST (bytea AS pg_catalog.pg_ndistinct) WITHOUT FUNCTION; CREATE CAST (bytea AS pg_catalog.pg_dependencies) WITHOUT FUNCTION");
    }
    const bool with_inherit = admin.server_version_num() >= 150000;
    for (const auto& one : extended) {
        if (one.n_distinct.empty() && one.dependencies.empty()) continue;
        try {
            const auto found = admin.query("select e.oid, e.stxkeys::text, c.relkind = 'p' from pg_catalog.pg_statistic_ext e join pg_catalog.pg_namespace n "
                                           "on n.oid = e.stxnamespace join pg_catalog.pg_class c on c.oid = e.stxrelid where n.nspname = $1 and e.stxname = $2",
                                           {one.name.schema, one.name.name});
            if (found.rows() == 0) continue;  // said when the schema was made
            const auto distinct = items_of(one.n_distinct), dependencies = items_of(one.dependencies);
            const auto here = translation(distinct, dependencies, numbers_in(found.text(0, 1)));
            const auto or_null = [](std::string text) { return text.empty() ? std::optional<std::string>{} : std::optional(std::move(text)); };
            admin.query("delete from pg_catalog.pg_statistic_ext_data where stxoid = $1::oid", {found.text(0, 0)});
            admin.query(fmt::format("insert into pg_catalog.pg_statistic_ext_data (stxoid, {}stxdndistinct, stxddependencies) values ($1::oid, {}$2::bytea::pg_ndistinct, "
                                    "$3::bytea::pg_dependencies)", with_inherit ? "stxdinherit, " : "", with_inherit ? found.boolean(0, 2) ? "true, " : "false, " : ""),
                        {found.text(0, 0), or_null(serialised<std::int32_t>(0xA352BFA4, distinct, here)), or_null(serialised<std::int16_t>(0xB4549A2C, dependencies, here))});
        } catch (const Error& error) {
            warnings.push_back({"twin_statistics_partial", fmt::format("extended statistics {}.{} hold nothing on the planner twin: {}", one.name.schema, one.name.name, error.what()), ""});
        }
    }
    return warnings;
}

}  // namespace dwopt::twin
