#include "postgres/warehouse.hpp"

#include "capabilities.hpp"
#include "catalog_reader.hpp"
#include "model/image.hpp"
#include "questions/counters.hpp"
#include "questions/server.hpp"
#include "warnings.hpp"

#include <algorithm>

namespace dwopt::postgres {
namespace {

// Sizes of files are asked for once, with the catalog, and belong into the counters of relations too.
void put_sizes(CounterReading& reading, const std::unordered_map<Oid, RelationSize>& sizes, std::size_t bytes,
               std::optional<std::size_t> total) {
    for (CounterRow& row : reading.rows) {
        const auto size = sizes.find(static_cast<Oid>(std::stoul(row.key)));
        if (size == sizes.end()) continue;
        row.values[bytes] = static_cast<double>(size->second.bytes.value);
        if (total) row.values[*total] = static_cast<double>(size->second.total_bytes.value);
    }
}

class LiveWarehouse final : public Warehouse {
  public:
    LiveWarehouse(const pq::ConnectionOptions& options, std::vector<pq::ConnectionOptions> standbys) : connection_(options), standbys_(std::move(standbys)) {}

    ServerState server() override { return ask_server(connection_).state; }

    Snapshot snapshot(const KnownState& known, bool with_values, Progress& progress) override {
        const ServerCost before = connection_.cost();
        progress.update("asking the server", 0);
        const Server server = ask_server(connection_);
        Snapshot snapshot;
        snapshot.server = server.state;
        read_statements(server, known, snapshot);
        progress.update("reading the catalog", 0.2);
        CatalogAnswer catalog = read_catalog(connection_, server.major);
        progress.update("reading counters", 0.6);
        const auto analyzed = read_counters(server, catalog.reading, snapshot);
        progress.update("reading column statistics", 0.7);
        read_column_statistics(catalog.reading, analyzed, known, with_values, snapshot);
        warn_of_rights(server, catalog, snapshot.warnings);
        warn_of_settings(connection_, server, snapshot.warnings);
        snapshot.locked = std::move(catalog.locked);
        progress.update("", 1);
        snapshot.cost = {connection_.cost().statements - before.statements,
                         Millis{connection_.cost().time.value - before.time.value}};
        return snapshot;
    }

    std::vector<IndexFill> index_fills(const std::vector<RelationName>& btrees) override {
        return ask_index_fills(connection_, btrees, {std::chrono::seconds(2), std::chrono::seconds(5)});
    }
    std::vector<Capability> capabilities() override { return list_capabilities(connection_); }
    ServerCost cost() const override { return connection_.cost(); }

  private:
    void read_statements(const Server& server, const KnownState& known, Snapshot& snapshot) {
        if (server.extension("pg_stat_statements") == nullptr) {
            snapshot.warnings.push_back(statements_not_installed());
            return;
        }
        StatementsAnswer answer;
        try {
            answer = ask_statements(connection_, server);
        } catch (const pq::SqlError& error) {
            if (error.sqlstate() != not_loaded && error.kind() != ErrorKind::privilege) throw;
            snapshot.warnings.push_back(statements_not_available(error));
            return;
        }
        warn_of_hidden(answer.hidden, server, snapshot.warnings);
        std::vector<StatementKey> unknown;
        std::set_difference(answer.keys.begin(), answer.keys.end(), known.statements.begin(), known.statements.end(),
                            std::back_inserter(unknown));
        for (StatementText& text : answer.hidden) {
            if (!std::binary_search(known.statements.begin(), known.statements.end(), text.key)) {
                snapshot.new_texts.push_back(std::move(text));
            }
        }
        snapshot.readings.push_back(std::move(answer.reading));
        if (!unknown.empty()) read_texts(server, unknown, snapshot);
    }

    void read_texts(const Server& server, const std::vector<StatementKey>& unknown, Snapshot& snapshot) {
        try {
            TextsAnswer answer = ask_statement_texts(connection_, server, unknown);
            std::move(answer.texts.begin(), answer.texts.end(), std::back_inserter(snapshot.new_texts));
            if (answer.lost > 0) snapshot.warnings.push_back(texts_lost(answer.lost));
        } catch (const pq::SqlError& error) {
            // One text of another database that does not convert to this one's encoding makes the server refuse all.
            if (error.sqlstate().substr(0, 2) != "22") throw;
            snapshot.warnings.push_back(texts_unreadable(error));
        }
    }

    std::unordered_map<Oid, std::string> read_counters(const Server& server, const CatalogReading& catalog, Snapshot& snapshot) {
        DatabaseAnswer database = ask_database_counters(connection_, server);
        TableCountersAnswer tables = ask_table_counters(connection_, server, database.book);
        CounterReading indexes = ask_index_counters(connection_, server, database.book);
        put_sizes(tables.reading, catalog.sizes, table::bytes, table::total_bytes);
        put_sizes(indexes, catalog.sizes, index::bytes, std::nullopt);
        snapshot.readings.push_back(std::move(tables.reading));
        snapshot.readings.push_back(std::move(indexes));
        snapshot.readings.push_back(std::move(database.reading));
        snapshot.readings.push_back(ask_server_counters(connection_, server));
        if (auto kcache = ask_kcache(connection_, server)) snapshot.readings.push_back(std::move(*kcache));
        snapshot.readings.push_back(ask_waits(connection_));
        snapshot.readings.push_back(ask_replication(connection_));
        snapshot.readings.push_back(ask_standbys(standbys_, server, snapshot.warnings));
        if (auto quals = ask_quals(connection_, server)) snapshot.readings.push_back(std::move(*quals));
        return std::move(tables.analyzed);
    }

    void read_column_statistics(CatalogReading& catalog, const std::unordered_map<Oid, std::string>& analyzed,
                                const KnownState& known, bool with_values, Snapshot& snapshot) {
        snapshot.statistics_versions = statistics_versions(catalog, analyzed, with_values, snapshot.server.now);
        std::vector<RelationName> changed;
        for (const auto& [name, version] : snapshot.statistics_versions) {
            const auto before = known.statistics_versions.find(name);
            if (before == known.statistics_versions.end() || before->second != version) changed.push_back(name);
        }
        snapshot.catalog = std::move(catalog.catalog);
        snapshot.catalog.statistics = ask_column_statistics(connection_, changed, with_values);
        ask_index_ends(connection_, snapshot.catalog, with_values, snapshot.catalog.statistics);
        model::put_heights(snapshot.catalog);
    }

    pq::Connection connection_;
    std::vector<pq::ConnectionOptions> standbys_;
};

}  // namespace

std::unique_ptr<Warehouse> open_warehouse(const pq::ConnectionOptions& options, const std::vector<pq::ConnectionOptions>& standbys) {
    return std::make_unique<LiveWarehouse>(options, standbys);
}

}  // namespace dwopt::postgres
