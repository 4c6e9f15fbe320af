#include "pq/failure.hpp"

#include <fmt/format.h>

namespace dwopt::pq {

// Messages about names may pass: they name relations, columns and types. All others may quote a constant.
std::string failure_of(const SqlError& error) {
    const std::string& state = error.sqlstate();
    if (state == "57014") return "planning it took longer than the statement timeout";
    if (state == "55P03") return "a table it reads was locked";
    if (state == "42P18" || state == "42P08") return "the type of a placeholder cannot be told from its text";
    if (state == "42601") return "the server does not understand its text (syntax)";
    if (state.starts_with("22")) return "a constant in it does not fit its type";
    for (const char* about_names : {"42501", "42P01", "42703", "42883", "42704", "3F000", "0A000", "42P17", "42702"}) {
        if (state == about_names) return error.what();
    }
    return fmt::format("the server would not plan it (SQLSTATE {})", state);
}

}  // namespace dwopt::pq
