#include "console.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace dwopt::cli {
namespace {

bool dumb(const Environment& environment) { return environment.get("TERM").value_or("dumb") == "dumb"; }

void put(std::string_view text) {
    try {
        write_all(STDERR_FILENO, text, "standard error");
    } catch (const Error&) {
        // Standard error is where a failure would be told.
    }
}

std::string bar(double fraction) {
    constexpr int cells = 20;
    const int full = std::clamp(static_cast<int>(fraction * cells), 0, cells);
    return fmt::format("[{:=<{}}{:{}}] {:3.0f}% ", "", full, "", cells - full, std::clamp(fraction, 0.0, 1.0) * 100);
}

}  // namespace

Console::Console(const OutputOptions& options, const Environment& environment)
    : quiet_(options.quiet),
      verbose_(options.verbose),
      progress_(!options.quiet && !options.no_progress && isatty(STDERR_FILENO) == 1 && !dumb(environment)),
      colour_(wants_colour(options.colour, STDERR_FILENO, environment)) {}

Console::~Console() { clear(); }

void Console::update(std::string_view what, double fraction) {
    using namespace std::chrono;
    const auto now = steady_clock::now();
    if (!progress_ || now - last_draw_ < milliseconds(100)) return;
    last_draw_ = now;
    drawn_ = true;
    std::string line = fraction >= 0 ? bar(fraction) : std::string{};
    for (const char c : harmless(what)) line += c == '\n' || c == '\t' ? ' ' : c;
    const int columns = terminal_width(STDERR_FILENO);
    const auto width = static_cast<std::size_t>(columns > 0 ? std::max(columns, 20) : 80);
    if (line.size() >= width) {  // bytes for columns: at worst a little short, never a second line
        line.resize(width - 1);
        while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80) != 0) line.pop_back();
    }
    put("\r\x1b[K" + line);
}

void Console::clear() {
    if (drawn_) put("\r\x1b[K");
    drawn_ = false;
    last_draw_ = {};
}

void Console::show(std::string_view text) {
    clear();
    put(text);
}

void Console::say(std::string_view text) {
    if (!quiet_) show(harmless(text) + "\n");
}

void Console::detail(std::string_view text) {
    if (verbose_) say(text);
}

void Console::warn(const Warning& warning) {
    if (quiet_) return;
    const std::string word = colour_ ? "\x1b[33mwarning:\x1b[0m" : "warning:";
    std::string text = fmt::format("dwopt: {} {}\n", word, harmless(warning.message));
    if (!warning.hint.empty()) text += fmt::format("hint: {}\n", harmless(warning.hint));
    show(text);
}

void Console::error(const std::string& message, const std::string& hint) {
    const std::string word = colour_ ? "\x1b[31mdwopt:\x1b[0m" : "dwopt:";
    std::string text = fmt::format("{} {}\n", word, harmless(message));
    if (!hint.empty()) text += fmt::format("hint: {}\n", harmless(hint));
    show(text);
}

bool Console::can_ask() const { return isatty(STDIN_FILENO) == 1; }

bool Console::ask(std::string_view question, const Cancellation& cancel) {
    show(harmless(question) + " [y/N] ");
    std::string answer;
    for (char c = 0;;) {
        const auto got = read(STDIN_FILENO, &c, 1);
        if (cancel.requested()) {
            show("\n");
            throw Error(ErrorKind::interrupted, "interrupted at the question: nothing was changed");
        }
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || c == '\n') break;
        answer += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return answer == "y" || answer == "yes";
}

bool wants_colour(const std::string& when, int descriptor, const Environment& environment) {
    if (when != "auto") return when == "always";
    return !environment.get("NO_COLOR") && !dumb(environment) && isatty(descriptor) == 1;
}

int terminal_width(int descriptor) {
    winsize size = {};
    return isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string harmless(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
        // U+0080 … U+009F are controls too: C2 80 … C2 9F in UTF-8
        const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (control) result += fmt::format("\\x{:02x}", byte);
        else if (c1) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
        else result += text[i];
    }
    return result;
}

bool write_all(int descriptor, std::string_view text, std::string_view subject) {
    while (!text.empty()) {
        const auto written = write(descriptor, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            return false;
        } else if (errno != EINTR) {
            throw Error(ErrorKind::failed, fmt::format("cannot write to {}: {}", subject, std::strerror(errno)),
                        "Make room or choose another place with '--output'.");
        }
    }
    return true;
}

}  // namespace dwopt::cli
