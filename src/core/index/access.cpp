#include "access.hpp"

#include "expressions.hpp"
#include "hot_partitions.hpp"
#include "statistics.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace dwopt::indexing {
namespace {

template <class List, class Item>
void add_once(List& list, const Item& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

IndexKey key_on(const std::string& column) {
    IndexKey key;
    key.column = column;
    return key;
}

// LIKE needs byte order unless the database compares bytewise anyway.
std::string prefix_opclass(const View& view, const std::string& type) {
    const std::string collate = view.setting_text("lc_collate");
    if (collate == "C" || collate == "POSIX") return {};
    if (type == "text") return "text_pattern_ops";
    if (type.starts_with("character varying")) return "varchar_pattern_ops";
    if (type.starts_with("character")) return "bpchar_pattern_ops";
    return {};
}

class Collector {
  public:
    Collector(const View& view, const Features& features, std::size_t use) : view_(view), features_(features), use_(use) {}

    Access collect(const Table& table, const Conditions& constants) {
        access_.table = &table;
        const auto& columns = features_.tables[use_].columns;
        access_.needs_all = std::find(columns.begin(), columns.end(), "*") != columns.end();
        for (const auto& name : columns) {
            if (View::column(table, name)) add_once(access_.needed, name);
        }
        for (const auto& predicate : features_.predicates) {
            if (predicate.table == use_) take(predicate);
        }
        take_constants(constants);
        take_joins();
        for (const auto& ordering : features_.orderings) {
            if (ordering.table == use_) take(ordering);
        }
        sort_by_selectivity();
        return std::move(access_);
    }

  private:
    [[nodiscard]] bool sortable(const std::string& name) const {
        const auto* column = View::column(*access_.table, name);
        return column && column->btree;
    }

    // A literal that normalising has replaced cannot be put back, so an expression that holds one cannot be indexed.
    [[nodiscard]] bool usable(const std::string& expression) {
        const bool hidden = expression.find('$') != std::string::npos;
        if (hidden) add_once(access_.hidden, expression);
        return !hidden && !expression.empty();
    }

    // Of an expression, only where it is a text for certain.
    [[nodiscard]] std::string type_of(const IndexKey& key) const {
        constexpr std::array of_text{"lower(", "upper(", "btrim(", "trim("};
        const auto* column = View::column(*access_.table, key.column);
        const bool text = std::any_of(of_text.begin(), of_text.end(), [&](const char* begin) { return key.expression.starts_with(begin); });
        return column ? column->type : text ? "text" : "";
    }

    void take(const Predicate& predicate) {
        IndexKey key;
        if (predicate.kind == PredicateKind::columns) return take_condition(predicate);
        if (predicate.kind == PredicateKind::contains || predicate.kind == PredicateKind::pattern) return take_inside(predicate);
        if (predicate.kind == PredicateKind::prefix && predicate.op == "~~") take_inside(predicate);  // LIKE $1 may begin with a %
        if (!predicate.column.empty()) {
            take_condition(predicate);
            if (!sortable(predicate.column)) return;
            key.column = predicate.column;
            if (predicate.joined) return add_once(access_.joined_range, key);
        } else {
            if (!usable(predicate.expression)) return;
            key.expression = predicate.expression;
        }
        switch (predicate.kind) {
            case PredicateKind::equal:
            case PredicateKind::in_list:
            case PredicateKind::is_null: add_once(predicate.disjunct ? access_.either : access_.equal, key); break;
            case PredicateKind::range: add_once(predicate.disjunct ? access_.either : access_.range, key); break;
            case PredicateKind::prefix:
                key.opclass = prefix_opclass(view_, type_of(key));
                add_once(predicate.disjunct ? access_.either : access_.range, key);
                break;
            default: break;
        }
    }

    // A condition without a value may become the predicate of a partial index, if that leaves a good part of the table out.
    void take_condition(const Predicate& predicate) {
        if (predicate.disjunct) return;
        const bool strict = predicate.kind == PredicateKind::equal || predicate.kind == PredicateKind::in_list || predicate.kind == PredicateKind::range;
        if (strict) take_not_null(predicate.column);
        if (predicate.kind == PredicateKind::columns) {
            const auto share = share_compared(view_, *access_.table, predicate.expression);
            if (share && *share <= small_part) add_once(access_.conditions, predicate.expression);
        } else if (View::column(*access_.table, predicate.column)) {
            const auto share = share_kept(view_.statistics(access_.table->name, predicate.column), predicate.kind);
            if (share && *share <= small_part) add_once(access_.conditions, predicate_sql(predicate.column, predicate.kind));
        }
    }

    // What is compared is not null, and an index need not hold those that are.
    void take_not_null(const std::string& column) {
        const auto share = share_kept(view_.statistics(access_.table->name, column), PredicateKind::is_not_null);
        if (share && *share <= small_part && View::column(*access_.table, column)) add_once(access_.conditions, predicate_sql(column, PredicateKind::is_not_null));
    }

    void take_constants(const Conditions& constants) {
        const auto found = constants.find(use_);
        if (found == constants.end()) return;
        for (const auto& condition : found->second) {
            const auto share = share_fixed(view_, *access_.table, condition);
            if (share && *share <= small_part) add_once(access_.conditions, condition);
        }
    }

    // Operators beyond order, on types whose values have parts. The arms of an OR may each have an index.
    void take_inside(const Predicate& predicate) {
        const auto* column = View::column(*access_.table, predicate.column);
        if (!column && !usable(predicate.expression)) return;
        const auto parts = column ? parts_of(*column) : parts_of(predicate.expression);
        IndexKey key;
        if (column) key = key_on(column->name);
        else key.expression = predicate.expression;
        const auto& op = predicate.op;
        if (predicate.kind == PredicateKind::pattern) {
            const auto schema = view_.extension_schema("pg_trgm");
            if (!schema || parts != Parts::of_text || op.starts_with('!')) return;
            key.opclass = model::quote_identifier(*schema) + ".gin_trgm_ops";
        } else if (parts == Parts::of_json) {
            if (op == "@>" || op == "@?" || op == "@@") key.opclass = "jsonb_path_ops";
            else if (!op.starts_with('?')) return;
        } else if (parts == Parts::of_array) {
            if (op != "@>" && op != "<@" && op != "&&") return;
        } else if (parts != Parts::of_document || op != "@@") {
            return;
        }
        add_once(access_.inside, key);
    }

    void take_joins() {
        std::map<std::size_t, std::vector<IndexKey>> by_other;
        for (const auto& join : features_.joins) {
            for (const bool left : {true, false}) {
                if ((left ? join.left : join.right) != use_) continue;
                const auto& column = left ? join.left_column : join.right_column;
                if (!sortable(column)) continue;
                add_once(access_.joined, key_on(column));
                take_not_null(column);
                add_once(by_other[left ? join.right : join.left], key_on(column));
            }
        }
        for (const auto& [other, keys] : by_other) {
            if (keys.size() > 1) access_.composite_joins.push_back(keys);
        }
    }

    void take(const Ordering& ordering) {
        Access::Order order;
        order.with_limit = ordering.with_limit;
        for (std::size_t i = 0; i < ordering.columns.size(); ++i) {
            IndexKey key = key_on(ordering.columns[i]);
            if (key.column.empty() && i < ordering.expressions.size()) key.expression = ordering.expressions[i];
            if (key.column.empty() ? !usable(key.expression) : !sortable(key.column)) break;
            key.descending = i < ordering.descending.size() && ordering.descending[i];
            key.nulls_first = i < ordering.nulls_first.size() ? ordering.nulls_first[i] : key.descending;
            order.keys.push_back(key);
        }
        if (!order.keys.empty()) access_.orders.push_back(std::move(order));
    }

    // Stable for equal ones, so the result does not hang on the order of the statement's conditions: names decide.
    void sort_by_selectivity() {
        const double rows = view_.rows(*access_.table);
        const auto distinct = [&](const IndexKey& key) {
            return key.column.empty() ? 200.0 : distinct_values(view_.statistics(access_.table->name, key.column), rows);
        };
        for (auto* list : {&access_.equal, &access_.range, &access_.joined, &access_.joined_range, &access_.either}) {
            std::sort(list->begin(), list->end(), [&](const IndexKey& a, const IndexKey& b) {
                const double da = distinct(a), db = distinct(b);
                return da != db ? da > db : a < b;
            });
        }
        for (auto& join : access_.composite_joins) {
            std::sort(join.begin(), join.end(), [&](const IndexKey& a, const IndexKey& b) {
                const double da = distinct(a), db = distinct(b);
                return da != db ? da > db : a < b;
            });
        }
        std::sort(access_.needed.begin(), access_.needed.end());
        std::sort(access_.conditions.begin(), access_.conditions.end());
        std::sort(access_.inside.begin(), access_.inside.end());
        all_comparisons();
    }

    // All comparisons of columns in one condition: each leaves rows out.
    void all_comparisons() {
        std::string all;
        int count = 0;
        for (const auto& condition : access_.conditions) {
            if (!share_compared(view_, *access_.table, condition)) continue;
            all += (all.empty() ? "" : conjunction) + condition;
            ++count;
        }
        if (count > 1) access_.conditions.push_back(std::move(all));
    }

    static constexpr double small_part = 0.7;  // of the rows: a condition that keeps more is not worth an index of its own
    const View& view_;
    const Features& features_;
    std::size_t use_;
    Access access_;
};

bool mentions(const std::vector<IndexKey>& keys, const IndexKey& wanted) {
    return std::any_of(keys.begin(), keys.end(), [&](const IndexKey& key) {
        return wanted.column.empty() ? key.expression == wanted.expression : key.column == wanted.column;
    });
}

}  // namespace

std::vector<Access> accesses(const View& view, const Features& features, const Conditions& constants) {
    std::vector<Access> all;
    for (std::size_t use = 0; use < features.tables.size(); ++use) {
        const auto& said = features.tables[use];
        if (said.role == TableRole::insert) continue;
        const auto* table = view.resolve(said.relation);
        if (!table) continue;
        all.push_back(Collector(view, features, use).collect(*table, constants));
        for (const auto* part = table; part && part->partition_parent;) {
            part = view.table(*part->partition_parent);
            if (part) all.back().above.push_back(part);
        }
        for (const auto& partition : hot_partitions(view, *table)) all.back().hot.push_back(partition.table);
    }
    return all;
}

bool Access::reads(const RelationName& name) const {
    const auto named = [&](const Table* one) { return one->name == name; };
    return (table && named(table)) || std::any_of(above.begin(), above.end(), named) || std::any_of(hot.begin(), hot.end(), named);
}

Access Access::within(const Table& partition) const {
    Access part = *this;
    part.table = &partition;
    part.hot.clear();
    return part;
}

bool relevant(const IndexSpec& spec, const Access& access) {
    if (!access.reads(spec.table) || spec.keys.empty()) return false;
    const auto& first = spec.keys.front();
    if (spec.method == "gin") return std::find(access.inside.begin(), access.inside.end(), first) != access.inside.end();
    const auto& conditions = access.conditions;
    if (!spec.predicate.empty() && std::find(conditions.begin(), conditions.end(), spec.predicate) == conditions.end()) return false;
    for (const auto* searched : {&access.equal, &access.range, &access.joined, &access.joined_range, &access.either}) {
        if (mentions(*searched, first)) return true;
    }
    for (const auto& order : access.orders) {
        if (mentions(order.keys, first)) return true;
    }
    if (!spec.predicate.empty()) return true;
    // An index that holds every column read can be scanned in place of the table.
    return !access.needs_all && !access.needed.empty() &&
           std::all_of(access.needed.begin(), access.needed.end(), [&](const std::string& column) {
               return mentions(spec.keys, key_on(column)) ||
                      std::find(spec.include.begin(), spec.include.end(), column) != spec.include.end();
           });
}

}  // namespace dwopt::indexing
