// SIGINT, SIGTERM and SIGHUP as a request to stop.
#pragma once

#include "dwopt/ports.hpp"

namespace dwopt::cli {

// The first signal asks for an orderly stop; a second one, or 4 seconds, end the process with 128 + its number (the
// contract allows 5 s in all). One at a time per process. A signal that was ignored when dwopt started (nohup) stays ignored.
class StopSignal : public Cancellation {
  public:
    StopSignal();
    ~StopSignal() override;
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    [[nodiscard]] bool requested() const override;
    [[nodiscard]] int exit_status() const;  // 130 for SIGINT, 143 for SIGTERM; 0: none came
};

// The system's clock. Its sleep ends early when stopping is requested.
class SystemClock : public Clock {
  public:
    explicit SystemClock(const Cancellation& cancel) : cancel_(cancel) {}
    [[nodiscard]] Timestamp now() override;
    void sleep(Duration time) override;

  private:
    const Cancellation& cancel_;
};

}  // namespace dwopt::cli
