// Findings and advice.
#include "errors.hpp"
#include "json/storage.hpp"
#include "store.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace dwopt::workspace {
namespace {

// The status a recommendation has after it was proposed once more: what was taken back or given up may be tried again,
// what someone decided or did stays. An index can be rebuilt more than once.
RecommendationStatus proposed_again(const std::string& kind, RecommendationStatus before) {
    switch (before) {
        case RecommendationStatus::applied:
        case RecommendationStatus::verified: return kind == "index.rebuild" ? RecommendationStatus::pending : before;
        case RecommendationStatus::reverted:
        case RecommendationStatus::expired: return RecommendationStatus::pending;
        default: return before;
    }
}

void put(SQLite::Database& db, Recommendation recommendation, std::size_t position, std::int64_t at) {
    SQLite::Statement known(db, "SELECT status FROM recommendation WHERE id = ?");
    known.bind(1, recommendation.id);
    if (known.executeStep())
        recommendation.status = proposed_again(recommendation.kind, parse_recommendation_status(known.getColumn(0).getString()));
    SQLite::Statement query(db,
                            "INSERT INTO recommendation (id, kind, schema, name, status, position, first_seen, "
                            "last_seen, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                            "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, schema = excluded.schema, name = "
                            "excluded.name, status = excluded.status, "
                            "position = excluded.position, last_seen = excluded.last_seen, body = excluded.body");
    query.bind(1, recommendation.id);
    query.bind(2, recommendation.kind);
    query.bind(3, recommendation.target.schema);
    query.bind(4, recommendation.target.name);
    query.bind(5, std::string(name(recommendation.status)));
    query.bind(6, static_cast<std::int64_t>(position));
    query.bind(7, at);
    query.bind(8, at);
    query.bind(9, json::store(recommendation));
    query.exec();
}

std::vector<Recommendation> read(SQLite::Statement& query) {
    std::vector<Recommendation> out;
    while (query.executeStep()) {
        out.push_back(json::load<Recommendation>(query.getColumn(0).getString()));
        out.back().status = parse_recommendation_status(query.getColumn(1).getString());
    }
    return out;
}

}  // namespace

void WorkspaceStore::save_analysis(const Analysis& analysis, Timestamp at) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::normal);
        db_.exec("DELETE FROM finding");
        SQLite::Statement query(db_,
                                "INSERT INTO finding (position, rule, severity, schema, name, object, summary, body) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        std::int64_t position = 0;
        for (const auto& finding : analysis.bottlenecks) {
            query.reset();
            query.bind(1, ++position);
            query.bind(2, finding.rule);
            query.bind(3, std::string(name(finding.severity)));
            query.bind(4, finding.relation.schema);
            query.bind(5, finding.relation.name);
            query.bind(6, finding.object);
            query.bind(7, finding.summary);
            query.bind(8, json::store(finding));
            query.exec();
        }
        set_meta("analyzed_at", rfc3339(at));
        transaction.commit();
    });
}

std::vector<Finding> WorkspaceStore::findings() {
    return guarded(file_, [&] {
        std::vector<Finding> out;
        SQLite::Statement query(db_, "SELECT body FROM finding ORDER BY position");
        while (query.executeStep()) out.push_back(json::load<Finding>(query.getColumn(0).getString()));
        return out;
    });
}

void WorkspaceStore::save_advice(const Advice& advice, Timestamp at) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        db_.exec("UPDATE recommendation SET position = NULL WHERE position IS NOT NULL");
        std::size_t position = 0;
        for (const auto& recommendation : advice.recommendations) put(db_, recommendation, ++position, micros(at));
        db_.exec("UPDATE recommendation SET status = 'expired' WHERE position IS NULL AND status = 'pending'");
        set_meta("advice", json::store(advice));
        set_meta("advised_at", rfc3339(at));
        transaction.commit();
    });
}

std::vector<Recommendation> WorkspaceStore::recommendations() {
    return guarded(file_, [&] {
        SQLite::Statement query(
            db_, "SELECT body, status FROM recommendation ORDER BY position IS NULL, position, last_seen DESC, id");
        return read(query);
    });
}

std::optional<Advice> WorkspaceStore::last_advice() {
    return guarded(file_, [&]() -> std::optional<Advice> {
        const auto text = meta("advice");
        if (!text) return std::nullopt;
        auto advice = json::load<Advice>(*text);
        SQLite::Statement query(db_,
                                "SELECT body, status FROM recommendation WHERE position IS NOT NULL ORDER BY position");
        advice.recommendations = read(query);
        return advice;
    });
}

void WorkspaceStore::set_status(const std::string& recommendation, RecommendationStatus status) {
    guarded(file_, [&] {
        Transaction transaction(db_, Sync::full);
        SQLite::Statement query(db_, "UPDATE recommendation SET status = ? WHERE id = ?");
        query.bind(1, std::string(name(status)));
        query.bind(2, recommendation);
        if (query.exec() == 0) {
            throw Error(ErrorKind::usage, fmt::format("recommendation '{}' is unknown", recommendation),
                        "List what there is with 'dwopt report --section recommendations'.");
        }
        transaction.commit();
    });
}

}  // namespace dwopt::workspace
