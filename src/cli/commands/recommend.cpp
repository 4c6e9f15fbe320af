#include "postgres/oracle.hpp"
#include "session.hpp"
#include "suggest.hpp"
#include "twin_access.hpp"

#include <fmt/format.h>

namespace dwopt::cli {
namespace {

class Recommend : public Command {
  public:
    void declare(OptionSet& options) override {
        options.value("kind", 0, "KIND,...", "only these kinds of change; 'index' means all that begin so")
            .into(kinds_).one_of({"index", "index.create", "index.drop", "index.replace", "index.rebuild"});
        options.value("budget", 0, "SIZE", "storage the new indexes may take in all, such as 2GB").into(budget_);
        options.value("max-width", 0, "N", "most key columns of an index").into(max_width_, 1, 32);
        options.value("max-indexes", 0, "N", "most new indexes").into(max_indexes_, 0);
        options.value("objective", 0, "WHAT", "serve the total time alone, or balance it among the patterns")
            .into(objective_).one_of({"balanced", "total"});
        options.value("time-limit", 0, "DURATION", "longest search").into(time_limit_);
        options.value("what-if", 0, "SOURCE", "where what-if costs come from: planner twin, HypoPG on the server, rules alone")
            .into(what_if_).one_of({"best", "twin", "live", "none"});
        options.value("explain", 0, "ID", "show one recommendation of the last run in full, without a new run").into(explain_);
    }

    int run(Session& session) override {
        session.store();
        if (explain_) return explain(session);
        const Config& config = session.config();
        const auto oracle = open_oracle(session);
        const loop::RecommendOptions options{loop::default_since, config.thresholds, advice_options(config),
                                             {config.bronze, config.silver, config.gold}};
        const Advice advice = loop::recommend(oracle.get(), session.run(), options);
        session.add_warnings(advice.warnings);
        session.finish(answer_advice(advice, session.workspace_target()));
        return 0;
    }

  private:
    int explain(Session& session) const {
        const auto known = session.store().recommendations();
        std::vector<std::string> ids;
        for (const Recommendation& recommendation : known) {
            if (recommendation.id == *explain_) {
                session.finish(answer_recommendation(recommendation, plans_of(session, recommendation), session.workspace_target()));
                return 0;
            }
            ids.push_back(recommendation.id);
        }
        throw Error(ErrorKind::usage, fmt::format("no recommendation '{}'", *explain_),
                    did_you_mean(*explain_, ids) + "See them all: dwopt report --section recommendations.");
    }

    // What the twin's planner says of it; without one, the rest is shown all the same. The server is left alone.
    [[nodiscard]] std::vector<PlanComparison> plans_of(Session& session, const Recommendation& recommendation) const {
        constexpr std::size_t most = 2;
        const std::string source = what_if_.value_or(session.config().what_if);
        if (source != "best" && source != "twin") return {};
        const auto oracle = passable(session, any_trouble, "no plans to show", [&] { return twin_oracle(session); });
        return oracle ? loop::compare_plans(*oracle, session.run(), recommendation, most) : std::vector<PlanComparison>{};
    }

    // The command line wins over the configuration.
    [[nodiscard]] AdviceOptions advice_options(const Config& config) const {
        AdviceOptions options = config.advice;
        options.kinds = kinds_;
        if (budget_) options.budget = budget_;
        options.max_width = max_width_.value_or(options.max_width);
        options.max_indexes = max_indexes_.value_or(options.max_indexes);
        options.objective = parse_objective(objective_.value_or(config.objective));
        options.time_limit = time_limit_.value_or(options.time_limit);
        return options;
    }

    // "best" takes the planner twin, else the connected server, else rules alone, and says what it could not have and why. A
    // server that cannot be reached is an error all the same, as it is not what the user meant.
    [[nodiscard]] std::unique_ptr<CostOracle> open_oracle(Session& session) const {
        const std::string source = what_if_.value_or(session.config().what_if);
        const bool best = source == "best";
        if (best || source == "twin") {
            if (auto oracle = passable(session, best ? no_twin : no_trouble, "no planner twin", [&] { return twin_oracle(session); })) return oracle;
        }
        if (source == "live" || (best && !from_bundle(session))) {
            return passable(session, best ? no_leave : no_trouble, "no what-if costs, rules only", [&] { return live_oracle(session); });
        }
        return nullptr;
    }

    static std::unique_ptr<CostOracle> twin_oracle(Session& session) {
        std::shared_ptr<twin::Twin> twin = open_twin(session);
        session.add_warnings(twin->report().warnings);
        return twin::open_oracle(std::move(twin), loop::last_twin_check(session.store()));
    }

    static std::unique_ptr<CostOracle> live_oracle(Session& session) {
        if (from_bundle(session)) {
            throw Error(ErrorKind::refused, "this workspace knows its warehouse from a bundle, so there is no server to ask",
                        "Use 'dwopt recommend --what-if twin'.");
        }
        const auto warehouse = session.open_warehouse();
        return postgres::open_oracle(session.connection(), session.config().what_if_role);
    }

    // Errors after which there is another way on.
    static bool no_trouble(ErrorKind /*kind*/) { return false; }
    static bool no_leave(ErrorKind kind) { return kind == ErrorKind::privilege || kind == ErrorKind::refused; }
    static bool no_twin(ErrorKind kind) { return no_leave(kind) || kind == ErrorKind::failed; }
    static bool any_trouble(ErrorKind kind) { return no_twin(kind) || kind == ErrorKind::connection || kind == ErrorKind::busy; }

    template <class Open>
    static std::unique_ptr<CostOracle> passable(Session& session, bool (*passing)(ErrorKind), const char* what, Open open) {
        try {
            return open();
        } catch (const Error& error) {
            if (!passing(error.kind())) throw;
            session.warn({"what_if_unavailable", fmt::format("{}: {}", what, error.what()), error.hint()});
            return nullptr;
        }
    }

    std::vector<std::string> kinds_;
    std::optional<Bytes> budget_;
    std::optional<int> max_width_;
    std::optional<int> max_indexes_;
    std::optional<std::string> objective_;
    std::optional<Duration> time_limit_;
    std::optional<std::string> what_if_;
    std::optional<std::string> explain_;
};

}  // namespace

std::unique_ptr<Command> make_recommend() { return std::make_unique<Recommend>(); }

}  // namespace dwopt::cli
