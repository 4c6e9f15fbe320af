// One pass over the stored deltas, whatever their number: what is kept is one sum a pattern and its history, so memory
// follows the patterns and not the windows.
//
// A stored window counts where it ends. The first one reaches back to the counters' last reset, which may be long before
// `window.from`; it cannot be divided, so the workload's window is widened to what its numbers are about.
#include "own_patterns.hpp"
#include "timeline.hpp"

#include "dwopt/stages.hpp"
#include "sql/features.hpp"
#include "sql/normalise.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace dwopt {
namespace workload {
namespace {

constexpr std::size_t most_points = 200;        // of one pattern's history
constexpr std::size_t fewest_points = 40;
constexpr std::size_t all_points = 400'000;     // of all together: about 35 MB

Usage usage_of(const std::vector<double>& row) {
    const auto get = [&](statement::Column column) { return column < row.size() ? row[column] : 0; };
    Usage u;
    u.calls = get(statement::calls);
    u.rows = get(statement::rows);
    u.total = {get(statement::exec_ms)};
    u.blocks_hit = get(statement::shared_hit);
    u.blocks_read = get(statement::shared_read);
    u.temp_blocks = get(statement::temp_written);
    u.wal_bytes = get(statement::wal_bytes);
    u.io = {get(statement::read_ms) + get(statement::write_ms) + get(statement::temp_io_ms)};
    return u;
}

bool nothing(const Usage& u) { return u == Usage{}; }

class Patterns {
  public:
    static constexpr std::size_t left_out = std::numeric_limits<std::size_t>::max();

    explicit Patterns(const std::vector<Statement>& statements) {
        for (const auto& s : statements) {
            const auto at = s.pattern == own_pattern ? left_out : pattern(s.pattern);
            by_key_[to_string(s.key)] = at;
            if (at == left_out) continue;
            auto& p = all_[at].pattern;
            p.truncated = p.truncated || s.truncated;
            p.hidden = p.hidden || s.hidden;
            p.queryids.push_back(s.key.queryid);
            p.users.push_back(s.user);
        }
    }

    [[nodiscard]] std::size_t size() const { return all_.size(); }

    void add(const CounterRow& row, std::optional<std::size_t> point, const Timeline& timeline) {
        const auto at = find(row.key);
        if (at == left_out) return;
        const auto usage = usage_of(row.values);
        auto& to = all_[at];
        if (!point) {
            to.pattern.previous += usage;
            return;
        }
        to.pattern.usage += usage;
        if (to.last_point != *point) to.pattern.history.push_back({timeline.point(*point), {}});
        to.last_point = *point;
        to.pattern.history.back().usage += usage;
    }

    std::vector<Pattern> take() {
        std::vector<Pattern> out;
        for (auto& one : all_) {
            if (!nothing(one.pattern.usage)) out.push_back(std::move(one.pattern));
        }
        return out;
    }

  private:
    struct Sum {
        Pattern pattern;
        std::size_t last_point = left_out;
    };

    std::size_t pattern(std::string_view id) {
        const auto [place, fresh] = by_id_.try_emplace(std::string(id), all_.size());
        if (fresh) {
            all_.emplace_back();
            all_.back().pattern.id = id;
        }
        return place->second;
    }

    // A key may be spelled by another hand than to_string(); one never classified still used up time.
    std::size_t find(const std::string& key) {
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) return found->second;
        auto at = left_out;
        try {
            const auto same = by_key_.find(to_string(parse_statement_key(key)));
            if (same != by_key_.end()) at = same->second;
            else {
                at = pattern(unknown_pattern);
                all_[at].pattern.hidden = true;
            }
        } catch (const Error&) {
            at = left_out;  // no statement at all
        }
        by_key_[key] = at;
        return at;
    }

    std::unordered_map<std::string, std::size_t> by_key_, by_id_;
    std::vector<Sum> all_;
};

void sort_unique(auto& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The elements of a search_path as SHOW prints it: "$user", public, "My ""Schema""".
std::vector<std::string> search_path(const Catalog& catalog) {
    const auto& all = catalog.settings;
    const auto found = std::find_if(all.begin(), all.end(), [](const Setting& s) { return s.name == "search_path"; });
    std::vector<std::string> out;
    if (found == all.end()) return out;
    std::string element;
    bool quoted = false;
    const auto text = found->value + ",";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            if (quoted && text[i + 1] == '"') element += text[i++];
            else quoted = !quoted;
        } else if (c == ',' && !quoted) {
            if (!element.empty()) out.push_back(element);
            element.clear();
        } else if (quoted || c != ' ') {
            element += c;
        }
    }
    return out;
}

void fill_texts(Store& store, const Catalog& catalog, std::vector<Pattern>& patterns) {
    const auto texts = store.pattern_texts();
    const sql::CatalogLookup tables(catalog, search_path(catalog));
    for (auto& p : patterns) {
        sort_unique(p.queryids);
        sort_unique(p.users);
        const auto text = texts.find(p.id);
        if (text != texts.end()) p.text = text->second;
        else if (p.id == unknown_pattern) p.text = "<text never seen>";
        if (p.hidden) continue;
        p.features = sql::extract(p.text, tables);
        p.parsed = p.features.kind != StatementKind::unknown;
        if (!p.parsed) p.features.kind = sql::normalise(p.text).kind;
    }
    for (auto& example : store.examples()) {
        const auto of = std::find_if(patterns.begin(), patterns.end(), [&](const Pattern& p) { return p.id == example.pattern; });
        if (of != patterns.end()) of->examples.push_back(std::move(example));
    }
}

}  // namespace
}  // namespace workload

Workload build_workload(Store& store, const Catalog& catalog, const Window& window) {
    using namespace workload;
    Patterns patterns(store.statements());
    const auto points = std::clamp(all_points / std::max<std::size_t>(patterns.size(), 1), fewest_points, most_points);
    const Window before{window.from - (window.to - window.from), window.from};
    const auto snapshots = store.snapshots();
    const Timeline now(snapshots, window, points);
    const Timeline previous(snapshots, before, 1);
    const auto visit = [&](const StoredSnapshot& s, const CounterRow& row) {
        const bool current = s.window.to > window.from;
        if (current && now.points() == 0) return;
        patterns.add(row, current ? std::optional(now.point_of(s)) : std::nullopt, now);
    };
    store.each_delta(Family::statement, std::min(before.from, window.from), window.to, visit);

    Workload out;
    out.window = {std::min(window.from, now.start()), window.to};
    out.covered_days = now.covered_days();
    for (const auto& s : now.snapshots()) {
        out.discontinuities.insert(out.discontinuities.end(), s.discontinuities.begin(), s.discontinuities.end());
    }
    out.patterns = patterns.take();
    fill_texts(store, catalog, out.patterns);
    for (const auto& p : out.patterns) out.total += p.usage;
    for (auto& p : out.patterns) {
        p.share_pct = out.total.total.value > 0 ? 100 * (p.usage.total / out.total.total) : 0;
        p.previous_days = previous.covered_days();
    }
    std::sort(out.patterns.begin(), out.patterns.end(), [](const Pattern& a, const Pattern& b) {
        return a.usage.total != b.usage.total ? a.usage.total > b.usage.total : a.id < b.id;
    });
    return out;
}

}  // namespace dwopt
