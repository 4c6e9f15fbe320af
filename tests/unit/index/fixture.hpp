// A small shop in values, and a planner of a few lines: enough to see what the advisor makes of them.
#pragma once

#include "dwopt/counters.hpp"
#include "dwopt/stages.hpp"
#include "sql/ddl.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace fixture {

using namespace dwopt;

inline const RelationName orders{"silver", "orders"};

inline Column make_column(const std::string& name, const std::string& type) {
    Column column;
    column.name = name;
    column.type = type;
    column.type_category = type == "text" ? 'S' : type == "boolean" ? 'B' : type.starts_with("timestamp") || type == "date" ? 'D' : 'N';
    return column;
}

inline ColumnStatistics stats(const std::string& column, double n_distinct, double width, double null_frac = 0) {
    ColumnStatistics s;
    s.column = column;
    s.n_distinct = n_distinct;
    s.avg_width = width;
    s.null_frac = null_frac;
    return s;
}

inline Table make_table(Oid oid, const std::string& schema, const std::string& name, double rows, std::vector<Column> columns) {
    Table table;
    table.oid = oid;
    table.name = {schema, name};
    table.columns = std::move(columns);
    table.size.tuples = rows;
    table.size.pages = static_cast<std::int64_t>(rows / 100);
    table.size.bytes = table.size.total_bytes = Bytes{table.size.pages * 8192};
    return table;
}

inline IndexKey key(const std::string& column, bool descending = false) {
    IndexKey k;
    k.column = column;
    k.descending = k.nulls_first = descending;
    return k;
}

inline Index make_index(Oid oid, const RelationName& table, const std::string& name, const std::vector<std::string>& columns) {
    Index index;
    index.oid = oid;
    index.table = table;
    index.name = {table.schema, name};
    std::string list;
    for (const auto& c : columns) {
        index.keys.push_back(key(c));
        list += (list.empty() ? "" : ", ") + c;
    }
    index.definition = "CREATE INDEX " + name + " ON " + table.schema + "." + table.name + " USING btree (" + list + ")";
    index.size.bytes = index.size.total_bytes = Bytes{10 << 20};
    return index;
}

// With a million entries.
inline Index sized(Oid oid, const RelationName& table, const std::string& name, const std::vector<std::string>& columns, int megabytes) {
    auto index = make_index(oid, table, name, columns);
    index.size.bytes = index.size.total_bytes = Bytes{static_cast<std::int64_t>(megabytes) << 20};
    index.size.pages = index.size.bytes.value / 8192;
    index.size.tuples = 1e6;
    return index;
}

inline Pattern pattern(const std::string& id, double calls, double mean_ms, Features features) {
    Pattern p;
    p.id = id;
    p.text = "select '" + id + "'";
    p.parsed = true;
    p.features = std::move(features);
    p.features.kind = StatementKind::select;
    p.usage.calls = calls;
    p.usage.total = Millis{calls * mean_ms};
    return p;
}

inline Features on(const std::string& schema, const std::string& table, std::vector<std::string> columns) {
    Features f;
    TableUse use;
    use.relation = {schema, table};
    use.columns = std::move(columns);
    f.tables.push_back(std::move(use));
    return f;
}

inline void where(Features& f, const std::string& column, PredicateKind kind, std::size_t table = 0) {
    Predicate p;
    p.table = table;
    p.column = column;
    p.kind = kind;
    f.predicates.push_back(std::move(p));
}

inline Evidence shop() {
    Evidence e;
    e.now = Timestamp{std::chrono::hours(24 * 20000)};
    e.workload.window = {e.now - std::chrono::hours(24), e.now};
    e.workload.covered_days = 1;
    e.activity.window = e.workload.window;
    e.activity.covered_days = 1;
    e.lifetime.counters_since = e.now - std::chrono::hours(24 * 60);
    e.catalog.tables = {
        make_table(1, "silver", "orders", 1e6,
                   {make_column("order_id", "bigint"), make_column("customer_id", "integer"), make_column("ordered_at", "timestamp with time zone"),
                    make_column("status", "text"), make_column("total", "numeric(12,2)"), make_column("is_deleted", "boolean")}),
        make_table(2, "silver", "tiny", 100, {make_column("id", "integer"), make_column("name", "text")})};
    auto pkey = make_index(11, {"silver", "orders"}, "orders_pkey", {"order_id"});
    pkey.unique = pkey.primary = true;
    pkey.constraint = "orders_pkey";
    e.catalog.indexes = {pkey};
    auto deleted = stats("is_deleted", 2, 1);
    deleted.most_common_vals = "{f,t}";
    deleted.most_common_freqs = "{0.6,0.4}";
    e.catalog.statistics = {{{"silver", "orders"},
                             {stats("order_id", -1, 8), stats("customer_id", 50000, 4), stats("ordered_at", -0.9, 8),
                              stats("status", 5, 9), stats("total", 90000, 6), deleted}}};
    return e;
}

// Costs a table's pages, unless an index leads with searched columns: then its share of the rows, cheaper if nothing else
// must be read. Knows patterns by their features, not by their text.
class FakeOracle : public CostOracle {
  public:
    explicit FakeOracle(const Evidence& evidence) {
        for (const auto& p : evidence.workload.patterns) features_[p.id] = p.features;
        for (const auto& t : evidence.catalog.tables) rows_[t.name] = t.size.tuples;
    }
    std::string name() const override { return "live"; }
    std::string description() const override { return "a planner of the test"; }
    bool can_hide() const override { return false; }
    std::int64_t calls() const override { return calls_; }

    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        ++calls_;
        PlanEstimate plan;
        plan.grade = EvidenceGrade::generic_plan;
        if (broken.contains(query.id)) {
            plan.failure = "statement timeout";
            return plan;
        }
        const auto& f = features_.at(query.id);
        for (std::size_t use = 0; use < f.tables.size(); ++use) {
            double best = rows_[f.tables[use].relation] / 100;
            PlanNode used;
            for (const auto& [spec, extents] : configuration.create) {
                if (spec.table != f.tables[use].relation) continue;
                PlanNode trial;
                const double cost = with_index(f, use, spec, trial);
                if (cost < best) {
                    best = cost;
                    used = trial;
                }
            }
            plan.total += Cost{best};
            if (used.index.empty()) continue;
            plan.nodes.push_back(used);
        }
        return plan;
    }
    std::set<std::string> broken;

  private:
    double with_index(const Features& f, std::size_t use, const IndexSpec& spec, PlanNode& how) {
        double share = 1;
        for (const auto& k : spec.keys) {
            const auto at = std::find_if(f.predicates.begin(), f.predicates.end(), [&](const Predicate& p) { return p.table == use && p.column == k.column; });
            if (at == f.predicates.end()) break;
            share *= at->kind != PredicateKind::equal ? 0.05 : k.column == "status" ? 0.2 : 0.001;
            if (at->kind == PredicateKind::range) break;
        }
        const auto held = [&](const std::string& c) {
            return std::any_of(spec.keys.begin(), spec.keys.end(), [&](const IndexKey& k) { return k.column == c; }) ||
                   std::find(spec.include.begin(), spec.include.end(), c) != spec.include.end();
        };
        const auto& read = f.tables[use].columns;
        const bool covers = std::all_of(read.begin(), read.end(), held);
        how.type = covers ? "Index Only Scan" : "Index Scan";
        how.index = spec.name;
        how.searched = share < 1 ? 1 : 0;
        how.rows = share * rows_[spec.table];
        return 4 + share * rows_[spec.table] / (covers ? 100 : 10);
    }

    std::map<std::string, Features> features_;
    std::map<RelationName, double> rows_;
    std::int64_t calls_ = 0;
};

// Every statement costs 100, and some cost twice that without an index.
class HidingOracle : public FakeOracle {
  public:
    using FakeOracle::FakeOracle;
    bool can_hide() const override { return true; }
    PlanEstimate estimate(const Query& query, const Configuration& configuration) override {
        PlanEstimate plan;
        if (unplannable.contains(query.id)) plan.failure = "no such function";
        plan.total = Cost{!configuration.hide.empty() && missing_it.contains(query.id) ? 200.0 : 100.0};
        return plan;
    }
    std::set<std::string> missing_it, unplannable;
};

class FakeClock : public Clock {
  public:
    Timestamp now() override { return at += step; }
    void sleep(Duration time) override { at += time; }
    Timestamp at{};
    Duration step{0};
};
class Quiet : public Progress {
  public:
    void update(std::string_view, double) override {}
};
class Cancel : public Cancellation {
  public:
    bool requested() const override { return asked; }
    bool asked = false;
};

inline void counters(Evidence& e, Oid oid, double scans) {
    auto& row = e.lifetime.indexes[oid];
    row.assign(dwopt::index::columns.size(), 0);
    row[dwopt::index::scans] = scans;
}

// Whether the gate before the deployer knows every statement.
inline bool all_known(const std::vector<std::string>& ddl, const std::vector<std::string>& undo) {
    return std::all_of(ddl.begin(), ddl.end(), [](const std::string& s) { return sql::classify_ddl(s).has_value(); }) &&
           std::all_of(undo.begin(), undo.end(), [](const std::string& s) { return sql::classify_ddl(s, sql::DdlUse::undo).has_value(); });
}

inline Advice advise(const Evidence& evidence, CostOracle* oracle, const AdviceOptions& options = {}) {
    FakeClock clock;
    Quiet quiet;
    Cancel cancel;
    return recommend(evidence, oracle, options, {}, clock, quiet, cancel);
}

}  // namespace fixture
