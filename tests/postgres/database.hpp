// A database for one test case on the run's private server (PGHOST, PGPORT, PGUSER), dropped at the end.
#pragma once

#include "pq/connection.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

namespace dwopt::test {

inline pq::ConnectionOptions options_for(const std::string& database, const std::string& user = "") {
    pq::ConnectionOptions options;
    options.conninfo = fmt::format("dbname='{}'{}", database, user.empty() ? "" : " user=" + user);
    options.application_name = "dwopt/test";
    options.read_only = false;
    return options;
}

class Database {
  public:
    explicit Database(const std::string& made_with = "") : name_(fmt::format("dwopt_case_{}_{}", getpid(), ++count())), admin_(options_for("postgres")) {
        admin_.execute("CREATE DATABASE " + name_ + " " + made_with);
        session_ = std::make_unique<pq::Connection>(options_for(name_));
        session_->execute("SET search_path = public");  // as a user's session has it
    }
    ~Database() {
        session_.reset();
        try {
            admin_.execute(fmt::format("DROP DATABASE {} WITH (FORCE)", name_));
        } catch (const std::exception&) {  // the server may have been taken down by the case
        }
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] pq::ConnectionOptions options(const std::string& user = "") const { return options_for(name_, user); }
    [[nodiscard]] pq::Connection& session() { return *session_; }

  private:
    static int& count() {
        static int value = 0;
        return value;
    }
    std::string name_;
    pq::Connection admin_;
    std::unique_ptr<pq::Connection> session_;
};

}  // namespace dwopt::test
