#include "signals.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace dwopt::cli {
namespace {

constexpr std::array stopping{SIGINT, SIGTERM, SIGHUP};

// The one global of the program: a signal handler can be reached in no other way.
std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free);

// Whatever is stuck in a system call by then is given up: the journal lets the next run put things in order.
constexpr unsigned seconds_to_stop = 4;

extern "C" void on_signal(int signal) {
    if (received.exchange(signal) != 0) _exit(128 + signal);
    alarm(seconds_to_stop);
}

extern "C" void on_alarm(int) { _exit(128 + received.load()); }

void install(int signal, void (*handler)(int)) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    // nohup asks to survive a hangup. An ignored SIGINT is only what shells give to background jobs: whoever sends one means it.
    if (signal == SIGHUP && before.sa_handler == SIG_IGN) return;
    struct sigaction action = {};
    action.sa_handler = handler;  // without SA_RESTART: a read from the terminal must end
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
    for (const int signal : stopping) install(signal, on_signal);
    install(SIGALRM, on_alarm);
}

StopSignal::~StopSignal() {
    alarm(0);
    for (const int signal : stopping) install(signal, SIG_DFL);
}

bool StopSignal::requested() const { return received.load() != 0; }

int StopSignal::exit_status() const {
    const int signal = received.load();
    return signal == 0 ? 0 : 128 + signal;
}

Timestamp SystemClock::now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void SystemClock::sleep(Duration time) {
    constexpr Duration slice = std::chrono::milliseconds(50);
    const auto end = std::chrono::steady_clock::now() + time;
    while (!cancel_.requested()) {
        const auto left = std::chrono::duration_cast<Duration>(end - std::chrono::steady_clock::now());
        if (left <= Duration::zero()) return;
        std::this_thread::sleep_for(std::min(left, slice));
    }
}

}  // namespace dwopt::cli
