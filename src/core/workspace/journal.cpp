// The journal: each call is on disk when it returns, because the next thing its caller does is change a warehouse.
#include "errors.hpp"
#include "json/storage.hpp"
#include "store.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace dwopt::workspace {
namespace {

Error unknown_deployment(const std::string& id) {
    return Error(ErrorKind::usage, fmt::format("deployment '{}' is unknown", id),
                 "List what there is with 'dwopt report --section deployments'.");
}

// A recommendation out of a file may be new to this workspace; its status needs a row to live in.
void remember(SQLite::Database& db, const Deployment& deployment) {
    const auto& change = deployment.recommendation;
    SQLite::Statement query(db,
        "INSERT OR IGNORE INTO recommendation (id, kind, schema, name, status, first_seen, last_seen, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    std::int64_t at = 0;
    try {
        at = micros(parse_rfc3339(deployment.created_at));
    } catch (const Error&) {
        // not a time: it sorts as the oldest
    }
    query.bind(1, change.id);
    query.bind(2, change.kind);
    query.bind(3, change.target.schema);
    query.bind(4, change.target.name);
    query.bind(5, std::string(name(RecommendationStatus::approved)));
    query.bind(6, at);
    query.bind(7, at);
    query.bind(8, json::store(change));
    query.exec();
}

Step read_step(SQLite::Statement& query) {
    Step step;
    step.seq = query.getColumn(0).getInt();
    step.is_undo = query.getColumn(1).getInt() != 0;
    step.state = parse_step_state(query.getColumn(2).getString());
    step.undo = query.getColumn(3).getString();
    step.started_at = query.getColumn(4).getString();
    step.elapsed = {query.getColumn(5).getDouble()};
    step.error = query.getColumn(6).getString();
    step.backend_pid = query.getColumn(7).getInt();
    step.backend_start = query.getColumn(8).getString();
    step.nonce = query.getColumn(9).getString();
    step.action = json::load<Action>(query.getColumn(10).getString());
    return step;
}

}  // namespace

void WorkspaceStore::write_step(const std::string& deployment, const Step& step) {
    SQLite::Statement query(db_,
                            "INSERT OR REPLACE INTO step (deployment, seq, is_undo, state, undo, started_at, "
                            "elapsed_ms, error, backend_pid, backend_start, "
                            "nonce, action) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.bind(1, deployment);
    query.bind(2, step.seq);
    query.bind(3, step.is_undo ? 1 : 0);
    query.bind(4, std::string(name(step.state)));
    query.bind(5, step.undo);
    query.bind(6, step.started_at);
    query.bind(7, step.elapsed.value == step.elapsed.value ? step.elapsed.value : 0.0);  // SQLite knows no NaN
    query.bind(8, step.error);
    query.bind(9, step.backend_pid);
    query.bind(10, step.backend_start);
    query.bind(11, step.nonce);
    query.bind(12, json::store(step.action));
    query.exec();
}

void WorkspaceStore::save(const Deployment& deployment) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        remember(db_, deployment);
        SQLite::Statement query(
            db_,
            "INSERT INTO deployment (id, recommendation, state, created_at, note, body) VALUES (?, ?, ?, ?, ?, ?) ON "
            "CONFLICT (id) DO UPDATE "
            "SET recommendation = excluded.recommendation, state = excluded.state, created_at = excluded.created_at, "
            "note = excluded.note, body = excluded.body");
        query.bind(1, deployment.id);
        query.bind(2, deployment.recommendation.id);
        query.bind(3, std::string(name(deployment.state)));
        query.bind(4, deployment.created_at);
        query.bind(5, deployment.note);
        query.bind(6, json::store(deployment.recommendation));
        query.exec();
        SQLite::Statement clear(db_, "DELETE FROM step WHERE deployment = ?");
        clear.bind(1, deployment.id);
        clear.exec();
        for (const auto& step : deployment.steps) write_step(deployment.id, step);
        transaction.commit();
    });
}

void WorkspaceStore::save_step(const std::string& deployment, const Step& step) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        SQLite::Statement known(db_, "SELECT 1 FROM deployment WHERE id = ?");
        known.bind(1, deployment);
        if (!known.executeStep()) throw unknown_deployment(deployment);
        write_step(deployment, step);
        known.reset();
        transaction.commit();
    });
}

void WorkspaceStore::set_state(const std::string& deployment, DeploymentState state, const std::string& note) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        SQLite::Statement query(db_, "UPDATE deployment SET state = ?, note = ? WHERE id = ?");
        query.bind(1, std::string(name(state)));
        query.bind(2, note);
        query.bind(3, deployment);
        if (query.exec() == 0) throw unknown_deployment(deployment);
        transaction.commit();
    });
}

std::vector<Deployment> WorkspaceStore::deployments() {
    return guarded(file_, [&] {
        std::vector<Deployment> out;
        SQLite::Statement query(db_,
            "SELECT d.id, d.state, d.created_at, d.note, d.body, r.status FROM deployment d "
            "LEFT JOIN recommendation r ON r.id = d.recommendation ORDER BY d.seq");
        SQLite::Statement steps(db_,
                                "SELECT seq, is_undo, state, undo, started_at, elapsed_ms, error, backend_pid, "
                                "backend_start, nonce, action "
                                "FROM step WHERE deployment = ? ORDER BY seq");
        while (query.executeStep()) {
            auto& deployment = out.emplace_back();
            deployment.id = query.getColumn(0).getString();
            deployment.state = parse_deployment_state(query.getColumn(1).getString());
            deployment.created_at = query.getColumn(2).getString();
            deployment.note = query.getColumn(3).getString();
            deployment.recommendation = json::load<Recommendation>(query.getColumn(4).getString());
            if (!query.getColumn(5).isNull())
                deployment.recommendation.status = parse_recommendation_status(query.getColumn(5).getString());
            steps.reset();
            steps.bind(1, deployment.id);
            while (steps.executeStep()) deployment.steps.push_back(read_step(steps));
        }
        return out;
    });
}

void WorkspaceStore::record(const HistoryEntry& entry) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        SQLite::Statement query(db_, "INSERT INTO history (at, event, subject, detail) VALUES (?, ?, ?, ?)");
        query.bind(1, entry.at);
        query.bind(2, entry.event);
        query.bind(3, entry.subject);
        query.bind(4, entry.detail);
        query.exec();
        transaction.commit();
    });
}

std::vector<HistoryEntry> WorkspaceStore::history(std::size_t last) {
    return guarded(file_, [&] {
        std::vector<HistoryEntry> out;
        SQLite::Statement query(db_, "SELECT at, event, subject, detail FROM history ORDER BY id DESC LIMIT ?");
        query.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(last, std::numeric_limits<std::int64_t>::max())));
        while (query.executeStep()) {
            out.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                           query.getColumn(2).getString(), query.getColumn(3).getString()});
        }
        std::reverse(out.begin(), out.end());
        return out;
    });
}

}  // namespace dwopt::workspace
