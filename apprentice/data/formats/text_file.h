// SPDX-License-Identifier: Apache-2.0
// Files of text as UTF-8, however they were saved: UTF-16 is converted, gzip is unpacked.
#pragma once

#include <string>
#include <string_view>

#include "apprentice/base/files.h"

namespace apprentice::data {

class TextFile {
 public:
  // Plain text is mapped, not copied.
  static Result<TextFile> open(const std::string& path);
  std::string_view view() const { return is_converted_ ? std::string_view(converted_) : file_.view(); }

 private:
  explicit TextFile(MappedFile file) : file_(std::move(file)) {}
  MappedFile file_;
  std::string converted_;
  bool is_converted_ = false;
};

bool is_gzip(std::string_view bytes);
// Whether the bytes are UTF-16: by their byte order mark, or by zeros in every other byte of the beginning.
bool is_utf16(std::string_view bytes);
// All members of a gzip file. Refuses damage, and what grows beyond measure.
Result<std::string> unpack_gzip(std::string_view bytes, const std::string& name);
// Without its byte order mark. Refuses half a character.
Result<std::string> utf8_of_utf16(std::string_view bytes, const std::string& name);

}  // namespace apprentice::data
