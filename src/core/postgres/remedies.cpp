#include "remedies.hpp"

#include <algorithm>

namespace dwopt::postgres {

std::string grant_reading(int major, const std::vector<std::string>& schemas, const std::string& role) {
    if (major >= 14) return grant("pg_read_all_data", role);
    std::string list;
    for (const std::string& schema : schemas) list += (list.empty() ? "" : ", ") + model::quote_identifier(schema);
    if (list.empty()) return {};
    const std::string reader = model::quote_identifier(role);
    return fmt::format("GRANT USAGE ON SCHEMA {0} TO {1};\nGRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1};", list, reader);
}

std::string set_and_reload(std::string_view setting, std::string_view value) {
    return fmt::format("ALTER SYSTEM SET {} = {};\nSELECT pg_reload_conf();", setting, value);
}

std::string preload(const std::string& libraries, std::string_view library) {
    std::string list;
    std::string name;
    const auto add = [&] {
        if (!name.empty()) list += model::quote_literal(name) + ", ";
        name.clear();
    };
    for (const char c : libraries) {
        if (c == ',') add();
        else if (c != ' ' && c != '"') name += c;
    }
    add();
    return fmt::format("ALTER SYSTEM SET shared_preload_libraries = {}{};\n-- takes effect when the server is restarted", list,
                       model::quote_literal(library));
}

}  // namespace dwopt::postgres
