// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/utf8.h"

#include <gtest/gtest.h>

namespace apprentice {
namespace {

TEST(Utf8, TakesWholeCharactersOnly) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("\u00FC"), 2U);
  EXPECT_EQ(utf8_length("\u20AC"), 3U);
  EXPECT_EQ(utf8_length("\U0001F600"), 4U);
  EXPECT_EQ(utf8_length(""), 0U);
  for (const char* broken :
       {"\xFC", "\xC3", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\x80"}) {
    EXPECT_EQ(utf8_length(broken), 0U) << broken;
  }
}

TEST(Utf8, FindsTheFirstForeignByteAtAnyPlace) {
  EXPECT_EQ(find_not_utf8("twelve bytes, and \u00FCmlauts \u20AC"), std::string_view::npos);
  EXPECT_EQ(find_not_utf8(""), std::string_view::npos);
  for (size_t at = 0; at < 20; ++at) {
    std::string text(20, 'a');
    text[at] = '\xFC';
    EXPECT_EQ(find_not_utf8(text), at);
  }
}

TEST(Utf8, ShowsAnyBytesInOneLine) {
  EXPECT_EQ(one_line("\u00FC"
                     "ber\n\x1B[31m\xFC\x7F"),
            "\u00FC"
            "ber\\n\\x1B[31m\\xFC\\x7F");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("label"), 5U);
  EXPECT_EQ(display_width("L\u00fcfter"), 6U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\u98a8\u6247"), 4U);
  EXPECT_EQ(display_width("\xFF\xFE"), 2U);
}

TEST(FitColumns, CutsBetweenCharacters) {
  EXPECT_EQ(fit_columns("label 3/9", 9), "label 3/9");
  EXPECT_EQ(fit_columns("label 3/9", 8), "label...");
  EXPECT_EQ(fit_columns("L\u00fcfter", 5), "L\u00fc...");
  EXPECT_EQ(fit_columns("\u98a8\u6247\u98a8\u6247", 7), "\u98a8\u6247...");
  EXPECT_EQ(fit_columns("\u98a8\u6247\u98a8\u6247", 6), "\u98a8...");  // half of a wide one is none
  EXPECT_EQ(fit_columns("label", 2), "la");
  EXPECT_EQ(fit_columns("label", 0), "");
}

}  // namespace
}  // namespace apprentice
