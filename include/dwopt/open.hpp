// How a program gets the real things behind the ports.
#pragma once

#include "dwopt/ports.hpp"

#include <memory>
#include <string>

namespace dwopt {

// `conninfo` is a libpq URI or key=value string; empty: libpq's environment and files. The session calls itself
// "dwopt/<purpose>" on the server. Throws Error{connection, privilege}.
[[nodiscard]] std::unique_ptr<Warehouse> open_warehouse(const std::string& conninfo, const std::string& purpose);
// HypoPG on that server. A superuser changes into `reading_role` first. Throws Error{connection, refused}.
[[nodiscard]] std::unique_ptr<CostOracle> open_live_oracle(const std::string& conninfo, const std::string& reading_role);
// Created on first use, readable by its owner alone. Throws Error{workspace}.
[[nodiscard]] std::unique_ptr<Store> open_workspace(const std::string& directory);
[[nodiscard]] std::unique_ptr<Clock> system_clock();

// Shows no progress and is never interrupted.
class Silent : public Progress, public Cancellation {
  public:
    void update(std::string_view /*what*/, double /*fraction*/) override {}
    [[nodiscard]] bool requested() const override { return false; }
};

}  // namespace dwopt
