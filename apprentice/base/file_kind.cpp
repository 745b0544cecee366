// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/file_kind.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace apprentice {
namespace {

using std::string_view_literals::operator""sv;

struct Kind {
  std::string_view start;
  const char* words;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds{
      {"\x1F\x8B"sv, "compressed with gzip; unpack it with gunzip"},
      {"BZh"sv, "compressed with bzip2; unpack it with bunzip2"},
      {"\xFD"
       "7zXZ"sv,
       "compressed with xz; unpack it with unxz"},
      {"\x28\xB5\x2F\xFD"sv, "compressed with zstd; unpack it with unzstd"},
      {"7z\xBC\xAF"sv, "a 7z archive; unpack it"},
      {"Rar!"sv, "a RAR archive; unpack it"},
      {"\xD0\xCF\x11\xE0"sv, "an Excel workbook (.xls) or another Office file; save its sheet as CSV"},
      {"version https://git-lfs"sv, "a Git LFS pointer that stands for the data; fetch the data with git lfs pull"},
      {"PAR1"sv,
       "a Parquet table; save it as CSV, for instance with pandas: read_parquet(...).to_csv(..., index=False)"},
      {"\x89HDF"sv,
       "an HDF5 file; save its arrays as NPY, for instance numpy.save(\"x.npy\", h5py.File(...)[name][()])"},
      {"MATLAB 5.0"sv,
       "a MATLAB file; save its arrays as NPY, for instance numpy.save(\"x.npy\", "
       "scipy.io.loadmat(...)[name])"},
      {"\x93NUMPY"sv, "a NumPy array; set format = \"npy\""},
      {"fLaC"sv, "FLAC sound; convert it to WAV, for instance with ffmpeg -i a.flac a.wav"},
      {"OggS"sv, "Ogg sound; convert it to WAV, for instance with ffmpeg -i a.ogg a.wav"},
      {"ID3"sv, "MP3 sound; convert it to WAV, for instance with ffmpeg -i a.mp3 a.wav"},
      {"\x89PNG"sv, "a PNG picture; save all pictures as one NPY array [rows, channels, height, width]"},
      {"\xFF\xD8\xFF"sv, "a JPEG picture; save all pictures as one NPY array [rows, channels, height, width]"},
      {"%PDF"sv, "a PDF document; expected data"},
      {"\x80\x02"sv, "a Python pickle, which would run code; load it in Python and save arrays with numpy.save"},
      {"\x80\x03"sv, "a Python pickle, which would run code; load it in Python and save arrays with numpy.save"},
      {"\x80\x04"sv, "a Python pickle, which would run code; load it in Python and save arrays with numpy.save"},
      {"\x80\x05"sv, "a Python pickle, which would run code; load it in Python and save arrays with numpy.save"},
      {"\xFF\xFE\0\0"sv, "UTF-32 text; convert it, for instance with iconv -f UTF-32 -t UTF-8"},
  };
  return kKinds;
}

bool is_html(std::string_view bytes) {
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.front())) != 0) bytes.remove_prefix(1);
  std::string low(bytes.substr(0, 16));
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  return low.rfind("<!doctype html", 0) == 0 || low.rfind("<html", 0) == 0;
}

}  // namespace

std::string foreign_kind(std::string_view bytes) {
  for (const Kind& kind : kinds()) {
    if (bytes.substr(0, kind.start.size()) == kind.start) return kind.words;
  }
  if (is_html(bytes)) {
    return "a web page (HTML), as a download that needs a login or another link gives; download the data itself";
  }
  if (bytes.substr(0, 4) == "PK\x03\x04"sv) {
    const std::string_view head = bytes.substr(0, 8192);
    const auto holds = [&](std::string_view name) { return head.find(name) != std::string_view::npos; };
    if (holds("xl/") || (holds("[Content_Types].xml") && holds("_rels/"))) {
      return "an Excel workbook (.xlsx); save its sheet as CSV";
    }
    if (holds("mimetypeapplication/vnd.oasis")) return "an OpenDocument file; save its sheet as CSV";
    return holds(".npy") ? "a NumPy archive; set format = \"npz\"" : "a zip archive; unpack it";
  }
  if (bytes.size() >= 12 && bytes.substr(0, 4) == "RIFF" && bytes.substr(8, 4) == "WAVE") {
    return "WAV sound; set format = \"wav\"";
  }
  return "";
}

std::string is_rather(std::string_view bytes) {
  const std::string kind = foreign_kind(bytes);
  return kind.empty() ? "" : "; it is " + kind;
}

}  // namespace apprentice
