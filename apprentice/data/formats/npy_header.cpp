// SPDX-License-Identifier: Apache-2.0
// The header of an NPY file: a Python dict written as text, read here without Python.
#include <charconv>
#include <optional>

#include "apprentice/base/file_kind.h"
#include "apprentice/data/formats/npy.h"

namespace apprentice::data {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxHeaderBytes = size_t{1} << 16;

// Walks "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }".
class DictReader {
 public:
  explicit DictReader(std::string_view text) : text_(text) {}

  bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> text() {
    skip_blanks();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) return std::nullopt;
    const char quote = text_.front();
    const size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return value;
  }

  std::optional<bool> boolean() {
    skip_blanks();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(0, word.size()) != word) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    return std::nullopt;
  }

  std::optional<Shape> tuple() {
    if (!take('(')) return std::nullopt;
    Shape shape;
    while (!take(')')) {
      skip_blanks();
      int64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc()) return std::nullopt;
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      shape.push_back(size);
      if (shape.size() > 32) return std::nullopt;
      if (!take(',') && (text_.empty() || text_.front() != ')')) return std::nullopt;
    }
    return shape;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  std::string_view text_;
};

struct Dict {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<Shape> shape;
};

bool read_dict(std::string_view text, Dict& dict) {
  DictReader reader(text);
  if (!reader.take('{')) return false;
  while (!reader.take('}')) {
    const auto key = reader.text();
    if (!key || !reader.take(':')) return false;
    if (*key == "descr") {
      dict.descr = reader.text();
      if (!dict.descr) return true;  // a list: a record type, refused by its missing name
    } else if (*key == "fortran_order") {
      dict.fortran_order = reader.boolean();
    } else if (*key == "shape") {
      dict.shape = reader.tuple();
    } else {
      return false;
    }
    reader.take(',');
  }
  return dict.fortran_order.has_value() && dict.shape.has_value();
}

// "<f4" -> kind 'f', 4 bytes.
Status read_descr(const std::string& descr, const std::string& name, NpyHeader& header) {
  int64_t size = 0;
  const bool has_order = descr.size() >= 3;
  const char* digits = descr.data() + (has_order ? 2 : descr.size());
  const auto [end, error] = std::from_chars(digits, descr.data() + descr.size(), size);
  const char order = has_order ? descr[0] : '?', kind = has_order ? descr[1] : '?';
  if (order == '>' && size > 1) {
    return fail(ErrorKind::kUnsupported, name, "the array is big-endian ('{}'); save it little-endian", descr);
  }
  const bool is_number = (kind == 'f' && (size == 2 || size == 4 || size == 8)) ||
                         ((kind == 'i' || kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8)) ||
                         (kind == 'b' && size == 1);
  const bool is_text = (kind == 'U' || kind == 'S') && size >= 0 && size <= 65536;
  if (error != std::errc() || end != descr.data() + descr.size() || !(is_number || is_text)) {
    return fail(ErrorKind::kUnsupported, name,
                "the array has dtype '{}'; possible are f2, f4, f8, i1 to i8, u1 to u8, bool and texts", descr);
  }
  header.kind = kind;
  header.item_bytes = kind == 'U' ? 4 * size : size;
  return {};
}

Status check_size(std::string_view bytes, const std::string& name, const NpyHeader& header) {
  const int64_t count = checked_element_count(header.shape);
  int64_t needed = 0;
  if (count < 0 || __builtin_mul_overflow(count, std::max<int64_t>(header.item_bytes, 1), &needed)) {
    return bad_input(name, "shape {} is negative or too large to count", to_string(header.shape));
  }
  needed = count * header.item_bytes;
  const auto found = static_cast<int64_t>(bytes.size() - header.data_offset);
  if (header.item_bytes == 0 && count > found + 1) {
    return bad_input(name, "shape {} of empty texts is too large", to_string(header.shape));
  }
  if (found < needed) {
    return bad_input(name, "the file is cut short: shape {} needs {} bytes of data, but {} are there",
                     to_string(header.shape), needed, found);
  }
  if (found > needed) {
    return bad_input(name, "{} bytes follow the data of shape {}; the file is damaged", found - needed,
                     to_string(header.shape));
  }
  return {};
}

}  // namespace

Result<NpyHeader> read_npy_header(std::string_view bytes, const std::string& name) {
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    return bad_input(name, "not an NPY file: it does not start with \\x93NUMPY{}", is_rather(bytes));
  }
  if (bytes.size() < 10) return bad_input(name, "the file is cut short inside its header");
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes[i])); };
  const size_t version = byte(6), length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3) {
    return fail(ErrorKind::kUnsupported, name, "NPY version {} is unknown; possible are 1, 2 and 3", version);
  }
  if (bytes.size() < 8 + length_bytes) return bad_input(name, "the file is cut short inside its header");
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) length |= byte(8 + i) << (8 * i);
  if (length > kMaxHeaderBytes) return bad_input(name, "the header claims {} bytes; at most 65536 are read", length);
  NpyHeader header;
  header.data_offset = 8 + length_bytes + length;
  if (bytes.size() < header.data_offset) return bad_input(name, "the file is cut short inside its header");
  Dict dict;
  const bool whole = read_dict(bytes.substr(8 + length_bytes, length), dict);
  if (whole && !dict.descr) {
    return fail(ErrorKind::kUnsupported, name, "the array holds records; save one array of numbers per file");
  }
  if (!whole) return bad_input(name, "the header is not a dict of descr, fortran_order and shape");
  APPRENTICE_CHECK(read_descr(*dict.descr, name, header));
  header.fortran_order = *dict.fortran_order;
  header.shape = *dict.shape;
  APPRENTICE_CHECK(check_size(bytes, name, header));
  return header;
}

}  // namespace apprentice::data
