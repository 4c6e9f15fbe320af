#include "model/index_sql.hpp"

#include "model/hash.hpp"
#include "model/identifier.hpp"

#include <fmt/format.h>

namespace dwopt::model {
namespace {

// An opclass or collation comes from the catalog as it prints it (already quoted where needed).
std::string key_sql(const IndexKey& key) {
    std::string sql = key.column.empty() ? fmt::format("({})", key.expression) : quote_identifier(key.column);
    if (!key.collation.empty()) sql += " COLLATE " + key.collation;
    if (!key.opclass.empty()) sql += " " + key.opclass;
    if (key.descending) sql += " DESC";
    if (key.nulls_first != key.descending) sql += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    return sql;
}

std::string key_list(const IndexSpec& spec) {
    std::string list;
    for (const auto& key : spec.keys) list += (list.empty() ? "" : ", ") + key_sql(key);
    return list;
}

std::string include_list(const IndexSpec& spec) {
    std::string list;
    for (const auto& column : spec.include) list += (list.empty() ? "" : ", ") + quote_identifier(column);
    return list;
}

// Letters and digits of any script, the rest as '_': a name people can type.
std::string readable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool keep = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        const bool upper = c >= 'A' && c <= 'Z';
        if (keep || upper) out += upper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!out.empty() && out.back() != '_') out += '_';
    }
    return out;
}

}  // namespace

std::string create_index_sql(const IndexSpec& spec, CreateForm form) {
    std::string sql = fmt::format("CREATE INDEX {}{} ON {}{} USING {} ({})", form == CreateForm::concurrently ? "CONCURRENTLY " : "",
                                  quote_identifier(spec.name), form == CreateForm::on_only ? "ONLY " : "",
                                  qualified(spec.table), spec.method, key_list(spec));
    if (!spec.include.empty()) sql += fmt::format(" INCLUDE ({})", include_list(spec));
    if (!spec.predicate.empty()) sql += fmt::format(" WHERE {}", spec.predicate);
    return sql;
}

std::string describe(const IndexSpec& spec) {
    std::string text = fmt::format("{} ({})", shown(spec.table), key_list(spec));
    if (spec.method != "btree") text += " using " + spec.method;
    if (!spec.include.empty()) text += fmt::format(" include ({})", include_list(spec));
    if (!spec.predicate.empty()) text += " where " + spec.predicate;
    return text;
}

IndexSpec spec_of(const Index& index) {
    return {index.table, index.name.name, index.method, index.keys, index.include, index.predicate};
}

std::string canonical(const IndexSpec& spec) {
    return fmt::format("{}|{}|{}|{}|{}", qualified(spec.table), spec.method, key_list(spec), include_list(spec), spec.predicate);
}

std::string index_name(const IndexSpec& spec) {
    constexpr std::size_t limit = 63;  // NAMEDATALEN - 1
    const std::string tail = "_" + hex(fnv1a(canonical(spec)), 4);
    std::string head = "dwopt_" + readable(spec.table.name);
    for (const auto& key : spec.keys) head += "_" + readable(key.column.empty() ? key.expression : key.column);
    std::string name(clip_utf8(head, limit - tail.size()));
    while (name.back() == '_') name.pop_back();
    return name + tail;
}

}  // namespace dwopt::model
