#include "bundle/bundle.hpp"

#include "csv.hpp"
#include "files.hpp"

#include "json/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace dwopt::bundle {
namespace {

constexpr const char* format_name = "dwopt-bundle/1";

std::string text_of(const Files& files, const char* name) {
    const auto found = files.find(name);
    return found == files.end() ? std::string{} : found->second;
}

CsvTable table_of(const Files& files, const char* name) { return {name, text_of(files, name)}; }

std::string shown(double value) { return fmt::format("{}", value); }

// ---- reading

void read_manifest(const Files& files, Bundle& bundle) {
    const auto text = text_of(files, "manifest.json");
    if (text.empty()) return;
    const auto manifest = json::parse(text, "manifest.json of the bundle");
    const auto word = [&](const char* key) {
        const auto found = manifest.find(key);
        return found != manifest.end() && found->is_string() ? found->template get<std::string>() : std::string{};
    };
    if (const auto format = word("format"); !format.empty() && format != format_name) {
        throw Error(ErrorKind::usage, fmt::format("the bundle is of format '{}', this dwopt reads '{}'", format, format_name),
                    "Use the dwopt that wrote it, or a newer one.");
    }
    bundle.database = word("database");
    if (const auto at = word("captured_at"); !at.empty()) bundle.captured_at = parse_rfc3339(at);
    const auto version = manifest.find("server_version_num");
    if (version != manifest.end() && version->is_number_integer()) bundle.image.server_version_num = version->template get<int>();
}

void read_relations(const Files& files, TwinImage& image) {
    const auto table = table_of(files, "relations.csv");
    table.require({"schema", "name", "kind", "relpages", "reltuples"});
    std::map<RelationName, int> heights;
    const auto levels = table_of(files, "heights.csv");
    for (std::size_t row = 0; row < levels.rows(); ++row) {
        heights[{levels.text(row, "schema"), levels.text(row, "index")}] = static_cast<int>(levels.integer(row, "tree_height"));
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        RelationFigures figures;
        figures.name = {table.text(row, "schema"), table.text(row, "name")};
        const auto kind = table.text(row, "kind");
        figures.kind = kind.empty() ? 'r' : kind.front();
        figures.pages = std::max<std::int64_t>(0, table.integer(row, "relpages"));
        figures.tuples = table.number(row, "reltuples", -1);
        figures.all_visible = std::max<std::int64_t>(0, table.integer(row, "relallvisible"));
        if (table.at(row, "bytes")) figures.bytes = Bytes{std::max<std::int64_t>(0, table.integer(row, "bytes"))};
        if (const auto found = heights.find(figures.name); found != heights.end() && found->second >= 0 && found->second < 20) {
            figures.height = found->second;
        }
        image.relations.push_back(std::move(figures));
    }
}

void read_columns(const Files& files, TwinImage& image) {
    const auto table = table_of(files, "columns.csv");
    if (table.rows() > 0) table.require({"schema", "table", "column", "null_frac", "avg_width", "n_distinct"});
    std::map<RelationName, RelationStatistics> all;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        ColumnStatistics column;
        column.column = table.text(row, "column");
        column.inherited = table.text(row, "inherited") == "t";
        column.null_frac = table.number(row, "null_frac");
        column.avg_width = table.number(row, "avg_width");
        column.n_distinct = table.number(row, "n_distinct");
        if (table.at(row, "correlation")) column.correlation = table.number(row, "correlation");
        column.most_common_vals = table.text(row, "most_common_vals");
        column.most_common_freqs = table.text(row, "most_common_freqs");
        column.histogram_bounds = table.text(row, "histogram_bounds");
        column.most_common_elems = table.text(row, "most_common_elems");
        column.most_common_elem_freqs = table.text(row, "most_common_elem_freqs");
        column.elem_count_histogram = table.text(row, "elem_count_histogram");
        const RelationName name{table.text(row, "schema"), table.text(row, "table")};
        auto& relation = all[name];
        relation.relation = name;
        relation.columns.push_back(std::move(column));
    }
    for (auto& [name, relation] : all) image.statistics.push_back(std::move(relation));
}

void read_settings(const Files& files, TwinImage& image) {
    const auto table = table_of(files, "settings.csv");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        image.settings.push_back({table.text(row, "name"), table.text(row, "setting"), table.text(row, "unit"), table.text(row, "source")});
        if (image.settings.back().name == "server_version_num" && image.server_version_num == 0) {
            image.server_version_num = static_cast<int>(table.integer(row, "setting"));
        }
        if (image.settings.back().name == "block_size" && image.settings.back().value != "8192") {
            throw Error(ErrorKind::usage, fmt::format("the bundle is of a server with blocks of {} bytes; dwopt knows those of 8192", image.settings.back().value));
        }
    }
}

void read_bounds(const Files& files, TwinImage& image) {
    const auto table = table_of(files, "bounds.csv");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (!table.at(row, "min") || !table.at(row, "max")) continue;
        image.bounds.push_back({{table.text(row, "schema"), table.text(row, "table")}, table.text(row, "column"), table.text(row, "min"), table.text(row, "max")});
    }
}

void read_extended(const Files& files, TwinImage& image) {
    const auto table = table_of(files, "extended.csv");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        ExtendedStatistics statistics;
        statistics.name = {table.text(row, "statistics_schemaname"), table.text(row, "statistics_name")};
        statistics.table = {table.text(row, "schemaname"), table.text(row, "tablename")};
        statistics.n_distinct = table.text(row, "n_distinct");
        statistics.dependencies = table.text(row, "dependencies");
        image.extended.push_back(std::move(statistics));
    }
}

void read_statements(const Files& files, Bundle& bundle) {
    const auto table = table_of(files, "statements.csv");
    if (table.rows() > 0) table.require({"queryid", "query", "calls"});
    for (std::size_t row = 0; row < table.rows(); ++row) {
        BundleStatement statement;
        const auto id = table.text(row, "queryid");
        std::from_chars(id.data(), id.data() + id.size(), statement.queryid);
        statement.query = table.text(row, "query");
        statement.calls = table.number(row, "calls");
        statement.total_ms = table.number(row, "total_exec_time_ms");
        statement.rows = table.number(row, "rows");
        bundle.statements.push_back(std::move(statement));
    }
}

// "-- weight: 2.5" on the first line.
double weight_of(std::string_view sql) {
    constexpr std::string_view mark = "-- weight:";
    if (!sql.starts_with(mark)) return 1;
    sql.remove_prefix(mark.size());
    sql.remove_prefix(std::min(sql.find_first_not_of(" \t"), sql.size()));
    double weight = 0;
    const auto [end, failure] = std::from_chars(sql.data(), sql.data() + sql.size(), weight);
    return failure == std::errc{} && weight >= 0 && weight < 1e15 ? weight : 1;
}

void read_queries(const Files& files, Bundle& bundle) {
    for (auto at = files.lower_bound("queries/"); at != files.end() && at->first.starts_with("queries/"); ++at) {
        const auto name = at->first.substr(8, at->first.size() - 12);
        bundle.queries.push_back({{}, name, at->second, weight_of(at->second)});
    }
}

// ---- writing

Field opt(const std::string& text) { return text.empty() ? Field{} : Field{text}; }

std::string relations_csv(const TwinImage& image) {
    CsvWriter csv("schema,name,kind,relpages,reltuples,relallvisible,bytes");
    for (const auto& r : image.relations) {
        csv.row({r.name.schema, r.name.name, std::string(1, r.kind), std::to_string(r.pages), fmt::format("{:.0f}", r.tuples),
                 std::to_string(r.all_visible), r.bytes ? Field{std::to_string(r.bytes->value)} : Field{}});
    }
    return csv.take();
}

std::string heights_csv(const TwinImage& image) {
    CsvWriter csv("schema,index,tree_height");
    for (const auto& r : image.relations) {
        if (r.height) csv.row({r.name.schema, r.name.name, std::to_string(*r.height)});
    }
    return csv.take();
}

std::string columns_csv(const TwinImage& image) {
    CsvWriter csv("schema,table,column,inherited,null_frac,avg_width,n_distinct,most_common_vals,most_common_freqs,histogram_bounds,"
                  "correlation,most_common_elems,most_common_elem_freqs,elem_count_histogram");
    for (const auto& s : image.statistics) {
        for (const auto& c : s.columns) {
            csv.row({s.relation.schema, s.relation.name, c.column, c.inherited ? "t" : "f", shown(c.null_frac), shown(c.avg_width), shown(c.n_distinct),
                     opt(c.most_common_vals), opt(c.most_common_freqs), opt(c.histogram_bounds),
                     c.correlation ? Field{shown(*c.correlation)} : Field{}, opt(c.most_common_elems), opt(c.most_common_elem_freqs),
                     opt(c.elem_count_histogram)});
        }
    }
    return csv.take();
}

std::string settings_csv(const TwinImage& image) {
    CsvWriter csv("name,setting,unit,source");
    for (const auto& s : image.settings) csv.row({s.name, s.value, opt(s.unit), opt(s.source)});
    return csv.take();
}

std::string bounds_csv(const TwinImage& image) {
    CsvWriter csv("schema,table,column,min,max");
    for (const auto& b : image.bounds) csv.row({b.table.schema, b.table.name, b.column, b.min, b.max});
    return csv.take();
}

std::string extended_csv(const TwinImage& image) {
    CsvWriter csv("schemaname,tablename,statistics_schemaname,statistics_name,n_distinct,dependencies");
    for (const auto& e : image.extended) {
        csv.row({e.table.schema, e.table.name, e.name.schema, e.name.name, opt(e.n_distinct), opt(e.dependencies)});
    }
    return csv.take();
}

std::string statements_csv(const Bundle& bundle) {
    CsvWriter csv("queryid,query,calls,total_exec_time_ms,mean_exec_time_ms,rows");
    for (const auto& s : bundle.statements) {
        csv.row({std::to_string(s.queryid), s.query, shown(s.calls), shown(s.total_ms), shown(s.calls > 0 ? s.total_ms / s.calls : 0), shown(s.rows)});
    }
    return csv.take();
}

}  // namespace

Bundle read(const std::filesystem::path& path) {
    const auto files = read_files(path);
    for (const char* name : {"schema.sql", "relations.csv"}) {
        if (files.contains(name)) continue;
        throw Error(ErrorKind::usage, fmt::format("bundle '{}' has no {}", path.string(), name),
                    "A bundle is a directory with schema.sql, relations.csv, columns.csv and settings.csv, or a .tar.gz of one.");
    }
    Bundle bundle;
    read_manifest(files, bundle);
    bundle.image.schema = text_of(files, "schema.sql");
    read_relations(files, bundle.image);
    read_columns(files, bundle.image);
    read_settings(files, bundle.image);
    read_bounds(files, bundle.image);
    read_extended(files, bundle.image);
    read_statements(files, bundle);
    read_queries(files, bundle);
    return bundle;
}

void write(const Bundle& bundle, const std::filesystem::path& path) {
    json::Json manifest{{"format", format_name}, {"server_version_num", bundle.image.server_version_num}, {"database", bundle.database}};
    if (bundle.captured_at) manifest["captured_at"] = rfc3339(*bundle.captured_at);
    Files files{{"manifest.json", json::dump(manifest)},
                {"schema.sql", bundle.image.schema},
                {"relations.csv", relations_csv(bundle.image)},
                {"columns.csv", columns_csv(bundle.image)},
                {"settings.csv", settings_csv(bundle.image)},
                {"heights.csv", heights_csv(bundle.image)},
                {"bounds.csv", bounds_csv(bundle.image)},
                {"extended.csv", extended_csv(bundle.image)},
                {"statements.csv", statements_csv(bundle)}};
    for (const auto& query : bundle.queries) files["queries/" + query.name + ".sql"] = query.sql;
    write_files(files, path);
}

}  // namespace dwopt::bundle
