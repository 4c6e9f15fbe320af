#include "deployments.hpp"

#include "advice.hpp"
#include "report/documents.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace dwopt::report {
namespace {

struct Planned {
    std::string action;
    std::string sql;
};

// What will be sent, in order. The way back is the recommendation's own: dropping a partitioned index takes the indexes
// of its partitions along.
std::vector<Planned> planned(const Deployment& deployment, Direction direction) {
    std::vector<Planned> out;
    if (direction == Direction::rollback) {
        for (const auto& sql : deployment.recommendation.undo) out.push_back({"undo", sql});
        return out;
    }
    for (const auto& step : deployment.steps) {
        if (!step.is_undo) out.push_back({std::string(name(step.action.kind)), step.action.sql});
    }
    return out;
}

TableBlock statements_for_csv(const std::vector<Deployment>& deployments, Direction direction) {
    TableBlock table{{text_column("deployment", "deployment"), text_column("recommendation", "recommendation"),
                      number_column("step", "step"), text_column("action", "action"), text_column("sql", "sql")},
                     {},
                     {}};
    table.data_only = true;
    for (const auto& deployment : deployments) {
        int number = 0;
        for (const auto& [action, sql] : planned(deployment, direction)) {
            table.rows.push_back({deployment.id, deployment.recommendation.id, fmt::format("{}", ++number), action,
                                  statement(sql)});
        }
    }
    return table;
}

std::string sql_of(const Deployment& deployment, Direction direction) {
    std::string out;
    for (const auto& each : planned(deployment, direction)) out += (out.empty() ? "" : "\n") + statement(each.sql);
    return out;
}

// What one deployment means, in half a line: "saves 63 % of 12 patterns, +41 MB".
std::string gain(const Recommendation& recommendation) {
    std::string out;
    if (recommendation.benefit.saved_pct > 0) {
        out = fmt::format("saves {} of {}", about_percent(recommendation.benefit.saved_pct),
                          counted(static_cast<std::int64_t>(recommendation.patterns.size()), "query", "queries"));
    }
    if (const Bytes more = recommendation.growth(); more.value != 0) {
        out += (out.empty() ? "" : ", ") + human(Bytes{std::abs(more.value)}) + (more.value < 0 ? " given back" : " on disk");
    }
    return out;
}

std::string outcome_title(const std::vector<Outcome>& outcomes, Direction direction) {
    const auto failed =
        std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.failure.has_value(); });
    const auto done = static_cast<std::int64_t>(outcomes.size()) - failed;
    const std::string_view verb = direction == Direction::apply ? "applied" : "taken back";
    if (outcomes.empty()) return fmt::format("Nothing was {}", verb);
    std::string out = done > 0 || failed == 0 ? fmt::format("{} {}", counted(done, "change", "changes"), verb) : "";
    if (failed > 0)
        out +=
            fmt::format("{}{} not {}", out.empty() ? "" : ", ",
                        out.empty() ? counted(failed, "change", "changes") : whole(static_cast<double>(failed)), verb);
    return out;
}

TableBlock outcomes_table(const std::vector<Outcome>& outcomes) {
    TableBlock table;
    table.columns = {code_column("deployment", "deployment"), sentence_column("change", "summary"),
                     text_column("state", "state"), number_column("took", "elapsed_ms")};
    table.empty = "There was nothing to do.";
    for (const auto& [deployment, failure, message] : outcomes) {
        table.rows.push_back({deployment.id, deployment.recommendation.summary, state_cell(deployment.state),
                              cell(elapsed(deployment))});
    }
    return table;
}

std::string said_of(const Outcome& outcome) {
    return outcome.message.empty() ? outcome.deployment.note : outcome.message;
}

TableBlock outcomes_for_csv(const std::vector<Outcome>& outcomes) {
    TableBlock table = outcomes_table(outcomes);
    table.data_only = true;
    table.columns.push_back(text_column("failure", "failure"));
    table.columns.push_back(text_column("message", "message"));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        table.rows[i].emplace_back(outcomes[i].failure ? std::string(name(*outcomes[i].failure)) : std::string());
        table.rows[i].emplace_back(said_of(outcomes[i]));
    }
    return table;
}

// What there is to say beyond "done": messages, and the statements that failed with what the server said.
std::vector<Block> remarks(const std::vector<Outcome>& outcomes) {
    std::vector<Block> out;
    for (const auto& outcome : outcomes) {
        std::vector<Block> failed;
        for (const auto& step : outcome.deployment.steps) {
            if (step.error.empty()) continue;
            failed.emplace_back(CodeBlock{statement(step.action.sql), ""});
            failed.emplace_back(
                Paragraph{fmt::format("step {} {}: {}", step.seq, name(step.state), step.error), Tone::bad});
        }
        const std::string said = said_of(outcome);
        if (said.empty() && failed.empty()) continue;
        out.emplace_back(Heading{outcome.deployment.id, outcome.deployment.recommendation.summary});
        if (!said.empty()) out.emplace_back(Paragraph{said, Tone::plain});
        for (auto& block : failed) out.push_back(std::move(block));
    }
    return out;
}

}  // namespace

Cell state_cell(DeploymentState state) {
    using enum DeploymentState;
    const Tone tone = state == verified                             ? Tone::good
                      : state == failed || state == needs_attention ? Tone::bad
                      : state == reverted                           ? Tone::muted
                                                                    : Tone::plain;
    return {state == needs_attention ? "needs attention" : std::string(name(state)), tone, std::string(name(state))};
}

Millis elapsed(const Deployment& deployment) {
    Millis sum;
    for (const auto& step : deployment.steps) sum += step.elapsed;
    return sum;
}

TableBlock deployments_table(const std::vector<Deployment>& deployments) {
    TableBlock table{{code_column("deployment", "deployment"), text_column("since (UTC)", "created_at"),
                      sentence_column("change", "summary"), text_column("state", "state"),
                      number_column("took", "elapsed_ms", 1), code_column("from", "recommendation")},
                     {},
                     {}};
    table.columns.back().rank = 2;
    table.empty = "Nothing has been deployed from this workspace.";
    for (auto each = deployments.rbegin(); each != deployments.rend(); ++each) {  // newest first
        table.rows.push_back({each->id, moment_cell(each->created_at), each->recommendation.summary,
                              state_cell(each->state), cell(elapsed(*each)), each->recommendation.id});
    }
    return table;
}

Document of_plan(const std::vector<Deployment>& deployments, Direction direction, bool dry_run) {
    const bool back = direction == Direction::rollback;
    const auto changes = counted(static_cast<std::int64_t>(deployments.size()), "change", "changes");
    Document document{fmt::format("{} to {}", changes, back ? "take back" : "apply"), "", {}, {}};
    if (deployments.empty()) document.title = back ? "Nothing to take back" : "Nothing to apply";
    Section section{"plan", "", {}};
    int number = 0;
    for (const auto& deployment : deployments) {
        const auto& recommendation = deployment.recommendation;
        section.blocks.emplace_back(
            Heading{fmt::format("{}. {}", ++number, back ? deployment.id : recommendation.id), recommendation.summary});
        if (const auto said = gain(recommendation); !back && !said.empty())
            section.blocks.emplace_back(Paragraph{said, Tone::muted});
        if (const auto sql = sql_of(deployment, direction); !sql.empty())
            section.blocks.emplace_back(CodeBlock{sql, ""});
        else
            section.blocks.emplace_back(
                Paragraph{"No statement to send: none of its steps was carried out.", Tone::muted});
        if (const auto locks = locks_line(recommendation.locks); !back && !locks.empty())
            section.blocks.emplace_back(Paragraph{locks, Tone::muted});
    }
    section.blocks.emplace_back(statements_for_csv(deployments, direction));
    document.sections.push_back(std::move(section));
    if (dry_run) document.subtitle = "Dry run: nothing was sent.";
    if (dry_run && !deployments.empty()) {
        std::string ids;
        for (const auto& each : deployments) ids += " " + (back ? each.id : each.recommendation.id);
        if (!back && deployments.size() > 4) ids = " --all";
        document.next = {std::string(back ? "dwopt rollback" : "dwopt apply") + ids};
    }
    return document;
}

Document of_outcomes(const std::vector<Outcome>& outcomes, Direction direction) {
    Document document{outcome_title(outcomes, direction), "", {}, {}};
    document.sections.push_back({"deployments", "", {outcomes_table(outcomes), outcomes_for_csv(outcomes)}});
    if (auto said = remarks(outcomes); !said.empty()) {
        document.sections.push_back({"remarks", "", std::move(said)});
    }
    const auto in = [&](DeploymentState state) {
        return std::find_if(outcomes.begin(), outcomes.end(),
                            [&](const Outcome& o) { return o.deployment.state == state; });
    };
    if (in(DeploymentState::needs_attention) != outcomes.end()) {
        document.next = {"dwopt rollback " + in(DeploymentState::needs_attention)->deployment.id, "dwopt doctor"};
    } else if (direction == Direction::apply &&
               (in(DeploymentState::observing) != outcomes.end() || in(DeploymentState::verified) != outcomes.end())) {
        document.next = {"dwopt collect", "dwopt analyze", "dwopt rollback --last"};
    } else if (!outcomes.empty()) {
        document.next = {"dwopt report --section deployments"};
    }
    return document;
}

}  // namespace dwopt::report
