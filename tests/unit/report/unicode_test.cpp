#include "../../../src/core/report/unicode.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dwopt::report;

TEST_CASE("width counts columns of a terminal, not bytes") {
    CHECK(display_width("orders") == 6);
    CHECK(display_width("Größe") == 5);
    CHECK(display_width("日本語") == 6);
    CHECK(display_width("e\u0301") == 1);  // a combining accent stands on its letter
    CHECK(display_width("🚀") == 2);
    CHECK(display_width("\xff\xfe") == 2);  // broken bytes count one each
    CHECK(display_width("") == 0);
}

TEST_CASE("decode takes strict UTF-8 only") {
    for (const std::string broken :
         {"\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80", "\xf0\x80\x80\x80"}) {
        CAPTURE(broken);
        CHECK_FALSE(decode(broken, 0).valid);
        CHECK(decode(broken, 0).bytes == 1);
    }
    CHECK(decode("€", 0).code == 0x20ac);
}

TEST_CASE("what could steer a terminal or hide in a name is shown") {
    CHECK(visible("a\nb\tc\r") == "a\\nb\\tc\\r");
    CHECK(visible("\x1b[31mred") == "\\x1b[31mred");
    CHECK(visible("\u202egnp.exe") == "\\u202egnp.exe");  // right-to-left override
    CHECK(visible("a\u200bb\ufeff") == "a\\u200bb\\ufeff");
    CHECK(visible("\u009b2J") == "\\u009b2J");  // C1 control: CSI in one character
    CHECK(visible("\xff") == "\\xff");
    CHECK(visible("مرحبا 日本 é") == "مرحبا 日本 é");
    CHECK(visible("a\n\tb\x07", Lines::keep) == "a\n\tb\\x07");
}

TEST_CASE("shorten never cuts a character and never exceeds its columns") {
    CHECK(shorten("orders", 6) == "orders");
    CHECK(shorten("orders_archive", 7) == "orders…");
    CHECK(shorten("ab cdef", 4) == "ab…");  // no space before the dots
    CHECK(shorten("日本語の列", 6) == "日本…");
    CHECK(shorten("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
    CHECK(shorten("abc", 0) == "");
    for (int columns = 0; columns < 12; ++columns)
        CHECK(display_width(shorten("日本語 e\u0301🚀 abc", columns)) <= columns);
}

TEST_CASE("folded keeps numbers with their units and breaks only what must be") {
    CHECK(folded("rows read a day 1.1 G, returned", 18, false) ==
          std::vector<std::string>{"rows read a day", "1.1 G, returned"});
    CHECK(folded("a very_long_identifier b", 8, true) ==
          std::vector<std::string>{"a", "very_lon", "g_identi", "fier b"});
    CHECK(folded("very_long_identifier", 8, false) == std::vector<std::string>{"very_long_identifier"});
    CHECK(folded("", 8, true) == std::vector<std::string>{""});
    CHECK(folded("no limit at all", 0, false) == std::vector<std::string>{"no limit at all"});
}
