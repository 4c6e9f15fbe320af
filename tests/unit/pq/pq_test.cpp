#include "../../../src/core/pq/conninfo.hpp"
#include "../../../src/core/pq/text.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using namespace dwopt::pq;

TEST_CASE("a password is never shown, in whichever form it was given") {
    CHECK(redacted("host=h password=s3cret user=u") == "host=h user=u");
    CHECK(redacted("postgresql://u:s3cret@h:5433/db?sslmode=require") == "dbname=db host=h port=5433 sslmode=require user=u");
    CHECK(redacted("host=h sslpassword='a b'") == "host=h");
    CHECK(redacted("") == "");
    CHECK(redacted("password=s3cret oops").find("s3cret") == std::string::npos);
    CHECK(has_password("password=x"));
    CHECK(has_password("postgresql://u:x@h/db"));
    CHECK(has_password("password=x oops"));  // unreadable, and still warned about
    CHECK_FALSE(has_password("postgresql://u@h/db"));
    CHECK_FALSE(has_password("host=h passfile=/x"));
    CHECK_FALSE(has_password(""));
}

TEST_CASE("an unreadable connection string is the user's error and is not repeated") {
    try {
        (void)parse_conninfo("password=s3cret oops");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()).find("oops") == std::string::npos);
        CHECK_FALSE(error.hint().empty());
    }
    CHECK_THROWS_AS((void)parse_conninfo(std::string_view("host=a\0b", 8)), Error);
}

TEST_CASE("connection strings survive being taken apart and put together") {
    const Conninfo hostile{{"dbname", "it's \\ \"odd\" = \n ü"}, {"user", ""}, {"host", "/run/x"}};
    CHECK(parse_conninfo(to_text(hostile)) == hostile);
}

TEST_CASE("what the user chose goes before our defaults") {
    ConnectionOptions options;
    options.conninfo = "host=h connect_timeout=3 application_name=mine";
    options.application_name = "dwopt/collect";
    const Conninfo conninfo = parse_conninfo(complete(options));
    CHECK(conninfo.at("connect_timeout") == "3");
    CHECK(conninfo.at("application_name") == "dwopt/collect");
    CHECK(conninfo.at("client_encoding") == "UTF8");
    options.conninfo = "host=h";
    options.connect_timeout = Duration(1500);
    CHECK(parse_conninfo(complete(options)).at("connect_timeout") == "2");
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD, the rest stays") {
    CHECK(sanitised_utf8("naïve €😀") == "naïve €😀");
    CHECK(sanitised_utf8("a\xE4z") == "a\xEF\xBF\xBDz");
    CHECK(sanitised_utf8("cut \xE2\x82") == "cut \xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK_FALSE(valid_utf8("\xC0\xAF"));          // overlong '/'
    CHECK_FALSE(valid_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(valid_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    CHECK(valid_utf8("\xF4\x8F\xBF\xBF"));
    CHECK(valid_utf8(sanitised_utf8("\xFF\xFE\x80 \xF0\x9F")));
}

TEST_CASE("a server's message is its primary message alone") {
    CHECK(primary_message("ERROR:  relation \"x\" does not exist at character 15\n") == "relation \"x\" does not exist");
    CHECK(primary_message("FEHLER:  doppelter Schlüsselwert\nDETAIL:  (id)=(42)") == "doppelter Schlüsselwert");
    CHECK(primary_message("ERROR:  a:  b") == "a:  b");
    CHECK(primary_message("plain") == "plain");
    CHECK(primary_message("") == "");
    CHECK(connect_message("connection to server at \"a\" failed: refused\n\tIs the server running?\nconnection to b failed\n") ==
          "connection to server at \"a\" failed: refused; connection to b failed");
}

TEST_CASE("SQLSTATE says who is at fault") {
    CHECK(kind_of("28P01") == ErrorKind::connection);
    CHECK(kind_of("3D000") == ErrorKind::connection);
    CHECK(kind_of("08006") == ErrorKind::connection);
    CHECK(kind_of("42501") == ErrorKind::privilege);
    CHECK(kind_of("57014") == ErrorKind::failed);
    CHECK(kind_of("") == ErrorKind::failed);
}

TEST_CASE("no server: an error of the connection kind that names database and role, not the password") {
    ConnectionOptions options;
    options.conninfo = "host=/nonexistent dbname=d user=u password=s3cret";
    try {
        const Connection connection(options);
        FAIL("connected");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::connection);
        const std::string message = error.what();
        CHECK(message.find("cannot connect to database 'd' as 'u'") == 0);
        CHECK(message.find('\n') == std::string::npos);
        CHECK(message.find("s3cret") == std::string::npos);
    }
}
