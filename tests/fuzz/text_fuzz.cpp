// SPDX-License-Identifier: Apache-2.0
// What stands before text: gzip, UTF-16, and the guess of what a file is. What comes out is to be UTF-8.
#include "apprentice/base/file_kind.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/time_gaps.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = as_text(data, size);
  static_cast<void>(apprentice::foreign_kind(bytes));
  static_cast<void>(apprentice::data::is_utf16(bytes));
  double seconds = 0.0;
  static_cast<void>(apprentice::data::read_time(std::string(bytes), seconds));
  if (apprentice::data::is_gzip(bytes)) static_cast<void>(apprentice::data::unpack_gzip(bytes, "f"));
  const auto text = apprentice::data::utf8_of_utf16(bytes, "f");
  if (text && apprentice::find_not_utf8(*text) != std::string::npos) __builtin_trap();
  return 0;
}
