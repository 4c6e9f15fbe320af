#include "dwopt/open.hpp"

#include "postgres/oracle.hpp"
#include "postgres/warehouse.hpp"
#include "workspace/workspace.hpp"

#include <thread>

namespace dwopt {
namespace {

pq::ConnectionOptions session(const std::string& conninfo, const std::string& purpose) {
    pq::ConnectionOptions options;
    options.conninfo = conninfo;
    options.application_name = "dwopt/" + purpose;
    return options;
}

class SystemClock : public Clock {
  public:
    Timestamp now() override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    void sleep(Duration time) override { std::this_thread::sleep_for(time); }
};

}  // namespace

std::unique_ptr<Warehouse> open_warehouse(const std::string& conninfo, const std::string& purpose) {
    return postgres::open_warehouse(session(conninfo, purpose));
}

std::unique_ptr<CostOracle> open_live_oracle(const std::string& conninfo, const std::string& reading_role) {
    return postgres::open_oracle(session(conninfo, "recommend"), reading_role);
}

std::unique_ptr<Store> open_workspace(const std::string& directory) {
    return workspace::open(directory, workspace::Access::read_write);
}

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

}  // namespace dwopt
