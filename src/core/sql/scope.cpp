#include "scope.hpp"

#include <algorithm>
#include <optional>

namespace dwopt::sql {
namespace {

enum class Match { no, maybe, yes };  // maybe: the columns of the range are not known

Match look(const Range& range, std::string_view column, Output& out) {
    if (range.kind == Range::Kind::table) {
        if (range.table && !has_column(*range.table, column)) return Match::no;
        out = {std::string(column), {{range.use, std::string(column)}}, true};
        return range.table ? Match::yes : Match::maybe;
    }
    for (const auto& output : range.outputs.columns) {
        if (output.name != column) continue;
        out = output;
        return Match::yes;
    }
    if (range.outputs.open.size() == 1) {
        out = {std::string(column), {{range.outputs.open.front(), std::string(column)}}, true};
        return Match::maybe;
    }
    out = {std::string(column), {}, false};
    return range.kind == Range::Kind::opaque && range.outputs.columns.empty() ? Match::maybe : Match::no;
}

struct Found {
    Output sure, perhaps;
    int sures = 0, perhapses = 0;
};

Found look_in(const Scope& scope, std::size_t begin, std::size_t end, std::string_view column) {
    Found found;
    for (std::size_t i = begin; i < end; ++i) {
        Output output;
        const auto match = look(scope.ranges[i], column, output);
        if (match == Match::yes && ++found.sures == 1) found.sure = std::move(output);
        else if (match == Match::maybe && ++found.perhapses == 1) found.perhaps = std::move(output);
    }
    return found;
}

// A sure match in any enclosing query beats a possible one further in: a table the catalog does not know (temporary,
// foreign) would otherwise claim every name.
Resolved resolve_bare(const Scope& scope, std::string_view column) {
    std::optional<Resolved> perhaps;
    for (const auto* at = &scope; at; at = at->parent) {
        if (const auto merged = at->merged.find(column); merged != at->merged.end()) return {merged->second, at};
        auto found = look_in(*at, 0, at->ranges.size(), column);
        if (found.sures == 1) return {std::move(found.sure), at};
        if (found.sures > 1 || found.perhapses > 1) return {};
        if (found.perhapses == 1 && !perhaps) perhaps = {std::move(found.perhaps), at};
    }
    return perhaps.value_or(Resolved{});
}

bool is_called(const Range& range, std::string_view schema, std::string_view alias) {
    return range.alias == alias && (schema.empty() || range.schema == schema);
}

}  // namespace

bool has_column(const Table& table, std::string_view column) {
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == column; });
}

const Outputs* find_cte(const Scope& scope, std::string_view name) {
    for (const auto* at = &scope; at; at = at->parent)
        if (const auto found = at->ctes.find(name); found != at->ctes.end()) return &found->second;
    return nullptr;
}

const Range* find_range(const Scope& scope, std::string_view schema, std::string_view alias) {
    for (const auto* at = &scope; at; at = at->parent)
        for (const auto& range : at->ranges)
            if (is_called(range, schema, alias)) return &range;
    return nullptr;
}

Output resolve_in(const Scope& scope, std::size_t begin, std::size_t end, std::string_view column) {
    auto found = look_in(scope, begin, end, column);
    if (found.sures == 1) return std::move(found.sure);
    return found.sures == 0 && found.perhapses == 1 ? std::move(found.perhaps) : Output{};
}

Resolved resolve(const Scope& scope, std::string_view schema, std::string_view alias, std::string_view column) {
    if (alias.empty()) return resolve_bare(scope, column);
    for (const auto* at = &scope; at; at = at->parent) {
        for (const auto& range : at->ranges) {
            Output output;
            if (is_called(range, schema, alias))
                return look(range, column, output) == Match::no ? Resolved{} : Resolved{std::move(output), at};
        }
    }
    return {};
}

Resolved resolve(const Scope& scope, const ColumnRef& ref) {
    const auto fields = nodes(ref.n_fields, ref.fields);
    if (fields.empty()) return {};
    const auto part = [&](std::size_t from_end) {
        return fields.size() > from_end ? text_of(fields[fields.size() - 1 - from_end]) : std::string_view{};
    };
    return resolve(scope, part(2), part(1), part(0));
}

std::string implied_name(const Node* value) {
    if (const auto* column = as<ColumnRef>(value)) return std::string(last_text(nodes(column->n_fields, column->fields)));
    if (const auto* call = as<FuncCall>(value)) return std::string(last_text(nodes(call->n_funcname, call->funcname)));
    if (const auto* cast = as<TypeCast>(value)) return implied_name(cast->arg);
    return {};
}

void block(Outputs& outputs) {
    for (auto& column : outputs.columns) column.pushable = false;
}

void rename(Outputs& outputs, Nodes names) {
    for (std::size_t i = 0; i < names.size() && i < outputs.columns.size(); ++i)
        outputs.columns[i].name = text_of(names[i]);
}

}  // namespace dwopt::sql
