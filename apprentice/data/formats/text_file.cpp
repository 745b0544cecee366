// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/text_file.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

#include "apprentice/base/utf8.h"

namespace apprentice::data {
namespace {

// A file that grows by more when it is unpacked holds almost nothing but one character: a bomb, or no data.
constexpr size_t kMostUnpacked = 256, kUnpackedAnyway = size_t{1} << 29, kMost = size_t{1} << 33;
constexpr int kGzip = 16 + MAX_WBITS;

size_t unit_at(std::string_view bytes, size_t at, bool big) {
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes[i])); };
  return big ? byte(at) << 8 | byte(at + 1) : byte(at + 1) << 8 | byte(at);
}

bool has_utf16_mark(std::string_view bytes) {
  const std::string_view mark = bytes.substr(0, 2);
  return (mark == "\xFF\xFE" && bytes.substr(2, 2) != std::string_view("\0\0", 2)) || mark == "\xFE\xFF";
}

// Of at least eight characters, the high byte of each is zero and the low one is not.
bool has_zeros(std::string_view bytes, size_t high) {
  const size_t end = std::min<size_t>(bytes.size(), 64) / 2 * 2;
  for (size_t i = 0; i < end; i += 2) {
    if (bytes[i + high] != 0 || bytes[i + 1 - high] == 0) return false;
  }
  return end >= 16;
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 3) == "\x1F\x8B\x08"; }

bool is_utf16(std::string_view bytes) { return has_utf16_mark(bytes) || has_zeros(bytes, 1) || has_zeros(bytes, 0); }

Result<std::string> unpack_gzip(std::string_view bytes, const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) return bad_input(name, "zlib does not start");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  const size_t most = std::min(kMost, std::max(kUnpackedAnyway, kMostUnpacked * bytes.size()));
  std::string text, buffer(size_t{1} << 18, '\0');
  bool ended = false;
  bool more_output = false;
  for (size_t from = 0; from < bytes.size() || stream.avail_in > 0 || more_output;) {
    if (stream.avail_in == 0 && from < bytes.size()) {
      const size_t part = std::min<size_t>(bytes.size() - from, size_t{1} << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + from));
      stream.avail_in = static_cast<uInt>(part);
      from += part;
    }
    if (ended && inflateReset(&stream) != Z_OK) break;  // the next member
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return bad_input(name, "the gzip file is damaged: {}", stream.msg != nullptr ? stream.msg : zError(code));
    }
    text.append(buffer.data(), buffer.size() - stream.avail_out);
    if (text.size() > most)
      return bad_input(name, "the gzip file grows to more than {} bytes; unpack it yourself", most);
    ended = code == Z_STREAM_END;
    more_output = !ended && stream.avail_out == 0;
  }
  if (!ended) return bad_input(name, "the gzip file is cut short after {} bytes of text", text.size());
  return text;
}

Result<std::string> utf8_of_utf16(std::string_view bytes, const std::string& name) {
  const bool has_mark = has_utf16_mark(bytes);
  const bool big = has_mark ? bytes.front() == '\xFE' : has_zeros(bytes, 0);
  if (has_mark) bytes.remove_prefix(2);
  if (bytes.size() % 2 != 0) return bad_input(name, "the file is UTF-16 and ends inside a character");
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t at = 0; at < bytes.size(); at += 2) {
    size_t code = unit_at(bytes, at, big);
    if (code >= 0xD800 && code < 0xE000) {
      const size_t low = code < 0xDC00 && at + 4 <= bytes.size() ? unit_at(bytes, at + 2, big) : 0;
      if (low < 0xDC00 || low >= 0xE000) return bad_input(name, "the file is UTF-16 with half a character");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    append_utf8(static_cast<uint32_t>(code), text);
  }
  return text;
}

Result<TextFile> TextFile::open(const std::string& path) {
  APPRENTICE_TRY(MappedFile mapped, MappedFile::open(path));
  TextFile file(std::move(mapped));
  if (is_gzip(file.view())) {
    APPRENTICE_TRY(file.converted_, unpack_gzip(file.view(), path));
    file.is_converted_ = true;
  }
  if (is_utf16(file.view())) {
    APPRENTICE_TRY(file.converted_, utf8_of_utf16(file.view(), path));
    file.is_converted_ = true;
  }
  return file;
}

}  // namespace apprentice::data
