#include "candidates.hpp"

#include "key_lists.hpp"
#include "size.hpp"
#include "statistics.hpp"

#include "model/identifier.hpp"
#include "model/index_sql.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace dwopt::indexing {
namespace {

// What of the columns read the keys do not hold.
std::vector<std::string> to_include(const Access& access, const Keys& keys) {
    std::vector<std::string> include;
    if (access.needs_all) return {};
    for (const auto& column : access.needed) {
        IndexKey as_key;
        as_key.column = column;
        if (!has(keys, as_key)) include.push_back(column);
    }
    return include;
}

// The keys followed by the columns to include, as long as that is no wider than an index may be; empty: it is, or one has no order.
Keys extended(const Access& access, const Keys& keys, const std::vector<std::string>& include, std::size_t width) {
    Keys all = keys;
    if (keys.size() + include.size() > width) return {};
    for (const auto& name : include) {
        const auto* column = View::column(*access.table, name);
        if (!column || !column->btree) return {};
        all.emplace_back().column = name;
    }
    return all;
}

// The key of an index that is read from end to end in place of the table.
std::vector<Keys> first_needed(const Access& access) {
    for (const auto& name : access.needed) {
        const auto* column = View::column(*access.table, name);
        if (!column || !column->btree) continue;
        IndexKey key;
        key.column = name;
        return {{key}};
    }
    return {};
}

// A key for a partial index whose statement searches by nothing else: the table's own key, or any column it reads.
std::vector<Keys> fallback_keys(const View& view, const Access& access) {
    for (const auto* index : view.indexes(access.table->name)) {
        if (index->unique && index->predicate.empty() && !index->keys.empty() && !index->keys.front().column.empty()) {
            IndexKey key;
            key.column = index->keys.front().column;
            return {{key}};
        }
    }
    return first_needed(access);
}

// Keys that other kinds of indexes serve better than a btree, or alone.
std::vector<std::pair<IndexKey, const char*>> other_keys(const View& view, const Access& access) {
    constexpr double in_order = 0.9, many_pages = 1280, wide = 40;
    std::vector<std::pair<IndexKey, const char*>> keys;
    for (const auto& key : access.inside) keys.emplace_back(key, "gin");
    for (const auto* searched : {&access.range, &access.equal}) {
        for (const auto& key : *searched) {
            const auto* statistics = key.column.empty() || !key.opclass.empty() ? nullptr : view.statistics(access.table->name, key.column);
            if (statistics && statistics->correlation && std::abs(*statistics->correlation) >= in_order && view.pages(*access.table) >= many_pages) keys.emplace_back(key, "brin");
        }
    }
    for (const auto& key : access.equal) {
        if (!key.column.empty() && mean_width(view, *access.table, key.column) >= wide) keys.emplace_back(key, "hash");
    }
    return keys;
}

// What outgrows an entry some day, and then nobody can write it any more: a btree refuses the row.
bool is_document(const Column& column) {
    constexpr std::array documents{"jsonb", "json", "xml", "bytea", "tsvector", "hstore"};
    return column.type.ends_with("[]") || std::find(documents.begin(), documents.end(), column.type) != documents.end();
}

// The order of included columns is free, so that which wastes least on alignment is taken: the widest alignment first.
void pack(const View& view, const Table& table, std::vector<std::string>& include) {
    const auto alignment = [&](const std::string& name) {
        const auto* column = View::column(table, name);
        return column ? column_width(view, table, *column).alignment : 1;
    };
    std::sort(include.begin(), include.end(), [&](const std::string& a, const std::string& b) {
        const int at_a = alignment(a), at_b = alignment(b);
        return at_a != at_b ? at_a > at_b : a < b;
    });
}

bool serves(const Index& index, const IndexSpec& spec) {
    if (!index.valid || !index.ready || !index.live) return false;
    if (spec.method == "gin") {  // jsonb_path_ops answers less than the default class of jsonb, of other classes one nothing of the other's
        const bool kind = index.method == "gin" && index.predicate.empty() && !index.keys.empty() && same_item(index.keys.front(), spec.keys.front());
        if (!kind) return false;
        const auto &wanted = spec.keys.front().opclass, &there = index.keys.front().opclass;  // that one perhaps with options
        return there.empty() ? wanted.empty() || wanted == "jsonb_path_ops" : !wanted.empty() && there.starts_with(wanted);
    }
    if (spec.method != "btree") {  // what a btree or another of its kind does already; whatever the operator class
        return (index.method == spec.method || index.method == "btree") && index.predicate.empty() && !index.keys.empty() && same_item(index.keys.front(), spec.keys.front());
    }
    if (index.method != "btree") return false;
    if (!index.predicate.empty() && index.predicate != spec.predicate) return false;
    const auto same = [](const IndexKey& a, const IndexKey& b) { return a == b; };
    const bool begins = index.keys.size() >= spec.keys.size() && std::equal(spec.keys.begin(), spec.keys.end(), index.keys.begin(), same);
    // Behind the keys of a unique index nothing is left to be searched or sorted.
    const bool unique_head = index.unique && index.predicate.empty() && index.keys.size() <= spec.keys.size() &&
                             std::equal(index.keys.begin(), index.keys.end(), spec.keys.begin(), same_item);
    if (!begins && !unique_head) return false;
    return std::all_of(spec.include.begin(), spec.include.end(), [&](const std::string& column) {
        return std::find(index.include.begin(), index.include.end(), column) != index.include.end() ||
               std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& k) { return k.column == column; });
    });
}

// All of them where no list is left.
std::vector<Keys> without_fixed(const std::vector<Keys>& lists, const std::string& condition) {
    std::vector<Keys> varied;
    std::copy_if(lists.begin(), lists.end(), std::back_inserter(varied), [&](const Keys& keys) {
        return std::none_of(keys.begin(), keys.end(), [&](const IndexKey& key) { return !key.column.empty() && fixes(condition, key.column); });
    });
    return varied.empty() ? lists : varied;
}

}  // namespace

std::string excluded(const View& view, const Table& table, Bytes min_table_size) {
    switch (table.kind) {
        case RelationKind::foreign_table: return "it is a foreign table";
        case RelationKind::view: return "it is a view";
        default: break;
    }
    if (table.persistence == 't') return "it is a temporary table";
    if (table.inherits && view.extension_schema("timescaledb")) return "it is a hypertable of TimescaleDB or a chunk of one, whose indexes it makes itself, chunk by chunk";
    if (table.inherits) return "it is part of an inheritance tree, where an index serves one table of many";
    if (view.extension_schema("citus") && view.bytes(table).value == 0) return "it is empty here: where Citus has spread it, its rows and their statistics are on the workers";
    if (table.extension_member) return "it belongs to an extension";
    if (table.name.schema == "pg_catalog" || table.name.schema == "information_schema") return "it is a system table";
    for (const auto* leaf : view.leaves(table)) {
        if (leaf->kind == RelationKind::foreign_table) return "it has a foreign table as partition";
    }
    if (view.bytes(table) < min_table_size) return "the table is too small (" + human(view.bytes(table)) + ")";
    return {};
}

const Index* covered_by(const View& view, const IndexSpec& spec) {
    // A condition between columns spares carrying them, which no index over all rows does.
    const auto* table = view.table(spec.table);
    const bool compares = table && !spec.predicate.empty() && share_compared(view, *table, spec.predicate);
    for (const auto* index : view.indexes(spec.table)) {
        if ((!compares || index->predicate == spec.predicate) && serves(*index, spec)) return index;
    }
    return nullptr;
}

bool may_include(const View& view, const IndexSpec& spec, const CandidateLimits& limits) {
    const auto* table = view.table(spec.table);
    if (!table || spec.include.size() > limits.included_columns) return false;
    double bytes = 0;
    for (const auto& column : spec.include) bytes += mean_width(view, *table, column);
    return bytes <= limits.included_bytes;
}

bool finish(const View& view, Candidate& candidate) {
    constexpr double widest_tuple = 2700;  // a third of a page: BTMaxItemSize
    constexpr std::size_t most_columns = 32;
    const auto* table = view.table(candidate.spec.table);
    if (!table || candidate.spec.keys.size() + candidate.spec.include.size() > most_columns) return false;
    double widest = 8;
    const auto add = [&](const std::string& name) {
        const auto* column = View::column(*table, name);
        if (!column || (is_document(*column) && candidate.spec.method == "btree")) return false;
        widest += column_width(view, *table, *column).largest;
        return true;
    };
    for (const auto& key : candidate.spec.keys) {
        if (!key.column.empty() && !add(key.column)) return false;
    }
    for (const auto& column : candidate.spec.include) {
        if (!add(column)) return false;
    }
    if (widest > widest_tuple && candidate.spec.method == "btree") return false;
    pack(view, *table, candidate.spec.include);
    candidate.extents = predict_extents(view, candidate.spec);
    candidate.size = sum_of(candidate.extents);
    candidate.spec.name = model::index_name(candidate.spec);
    return true;
}

std::vector<Candidate> candidates_for(const View& view, const Access& access, const CandidateLimits& limits) {
    std::vector<Candidate> all;
    std::set<std::string> seen;
    std::size_t room = 0;
    const auto put = [&](const Keys& keys, std::vector<std::string> include, const std::string& predicate, Form form, const char* method = "btree") {
        Candidate candidate;
        candidate.spec.method = method;
        candidate.spec.table = access.table->name;
        candidate.spec.keys = keys;
        candidate.spec.include = std::move(include);
        candidate.spec.predicate = predicate;
        candidate.form = form;
        if (all.size() >= room || covered_by(view, candidate.spec) || !may_include(view, candidate.spec, limits) || !finish(view, candidate)) return;
        if (seen.insert(model::canonical(candidate.spec)).second) all.push_back(std::move(candidate));
    };
    const auto width = static_cast<std::size_t>(std::max(1, limits.max_width));
    auto lists = key_lists(access, width);
    // Kind by kind, each with room of its own, so that a long list of one does not crowd out the others.
    room = limits.per_access / 2;
    for (const auto& keys : lists) put(keys, {}, {}, keys.size() == 1 ? Form::single : Form::composite);
    room = all.size() + limits.per_access / 6;
    for (const auto& [key, method] : other_keys(view, access)) put({key}, {}, {}, Form::single, method);
    const auto searched = lists.empty() ? fallback_keys(view, access) : lists;
    for (const auto& condition : access.conditions) {
        // A column held to a literal is the same in every entry.
        const auto varied = without_fixed(searched, condition);
        room = all.size() + limits.per_access / 6;
        for (const auto& keys : varied) {
            if (keys.size() <= 2) put(keys, {}, condition, Form::composite);
        }
        room = all.size() + limits.per_access / 6;
        for (const auto& keys : varied) {
            if (keys.size() > 2) continue;
            // What is only compared in the condition need not be carried along.
            auto include = to_include(access, keys);
            put(keys, include, condition, Form::covering);
            std::erase_if(include, [&](const std::string& column) { return condition.find(model::quote_identifier(column)) != std::string::npos; });
            if (!include.empty()) put(keys, std::move(include), condition, Form::covering);
        }
    }
    room = all.size() + limits.per_access / 3;
    if (lists.empty() && access.conditions.empty() && !access.needs_all) lists = first_needed(access);
    for (const auto& keys : lists) {
        auto include = to_include(access, keys);
        if (include.empty()) {
            put(keys, {}, {}, Form::covering);
            continue;
        }
        // As keys they are not carried along but compared, and equal entries are stored once.
        if (auto all_keys = extended(access, keys, include, width); !all_keys.empty()) put(all_keys, {}, {}, Form::covering);
        put(keys, std::move(include), {}, Form::covering);
    }
    return all;
}

}  // namespace dwopt::indexing
