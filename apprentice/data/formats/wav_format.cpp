// SPDX-License-Identifier: Apache-2.0
// format = "wav": every file is one recording; its folder's name is its class unless the job says otherwise.
#include <sndfile.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/sidecars.h"
#include "apprentice/data/formats/wav.h"

namespace apprentice::data {
namespace {

// A file in memory, as libsndfile reads it.
struct Bytes {
  std::string_view view;
  sf_count_t at = 0;

  static sf_count_t length(void* self) { return static_cast<sf_count_t>(static_cast<Bytes*>(self)->view.size()); }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    auto& bytes = *static_cast<Bytes*>(self);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? bytes.at : length(self);
    bytes.at = std::clamp<sf_count_t>(base + offset, 0, length(self));
    return bytes.at;
  }
  static sf_count_t read(void* to, sf_count_t count, void* self) {
    auto& bytes = *static_cast<Bytes*>(self);
    const sf_count_t left = std::clamp<sf_count_t>(length(self) - bytes.at, 0, std::max<sf_count_t>(count, 0));
    std::memcpy(to, bytes.view.data() + bytes.at, static_cast<size_t>(left));
    bytes.at += left;
    return left;
  }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
  static sf_count_t tell(void* self) { return static_cast<Bytes*>(self)->at; }
};

constexpr int64_t kUnknown = 0xFFFFFFFF;

int64_t little_endian_32(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, 4);
  return value;
}

// libsndfile reads short files without a word, so the length that the data chunk promises is checked here. Programs
// that write to a pipe cannot go back to fill it in: 0xFFFFFFFF, or 0 in a file whose own length is unknown, too,
// stands for all that follows. Gives where such a data chunk's length stands, 0 where the length is there.
Result<size_t> check_whole(std::string_view bytes, const std::string& path) {
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE") {
    return bad_input(path, "not a WAV file: it does not start with RIFF....WAVE{}", is_rather(bytes));
  }
  const int64_t whole = little_endian_32(bytes, 4);
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const int64_t length = little_endian_32(bytes, at + 4);
    const auto left = static_cast<int64_t>(bytes.size() - at - 8);
    const bool is_data = bytes.substr(at, 4) == "data";
    const bool is_open = length == kUnknown || (length == 0 && left > 0 && (whole == 0 || whole == kUnknown));
    if (is_data && is_open) return at + 4;
    if (length > left) {
      return bad_input(path, "the file is cut short: its '{}' chunk promises {} bytes, but {} are there",
                       one_line(bytes.substr(at, 4)), length, left);
    }
    if (is_data) return 0;
    at += 8 + static_cast<size_t>(length) + static_cast<size_t>(length % 2);
  }
  return bad_input(path, "the file is cut short: it has no data chunk");
}

// The file with the lengths that its writer could not know.
std::string with_lengths(std::string_view bytes, size_t data_length_at) {
  std::string whole(bytes);
  const auto put = [&](size_t at, size_t length) {
    const auto value = static_cast<uint32_t>(length);
    std::memcpy(whole.data() + at, &value, 4);
  };
  put(4, bytes.size() - 8);
  put(data_length_at, bytes.size() - data_length_at - 4);
  return whole;
}

bool is_plain(int format) {
  const int type = format & SF_FORMAT_TYPEMASK, coding = format & SF_FORMAT_SUBMASK;
  return (type == SF_FORMAT_WAV || type == SF_FORMAT_WAVEX) &&
         (coding == SF_FORMAT_PCM_U8 || coding == SF_FORMAT_PCM_16 || coding == SF_FORMAT_PCM_24 ||
          coding == SF_FORMAT_PCM_32 || coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE);
}

struct WavJob {
  FileFinder finder{""};
  std::vector<std::string> paths, channel_names;
  std::string label = "folder";
  bool allow_mixed_rates = false;
};

Result<Source> load(const WavJob& job) {
  APPRENTICE_TRY(const auto paths, job.finder.find_all(job.paths, ".wav"));
  Source source;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(Source one, read_wav_source(path));
    if (!job.allow_mixed_rates) APPRENTICE_CHECK(check_same_rate(source, one));
    APPRENTICE_CHECK(append(source, std::move(one)));
  }
  APPRENTICE_CHECK(name_channels(source, job.channel_names));
  source.label_column = job.label;
  return source;
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  WavJob job;
  job.finder = finder;
  files.require("path", job.paths);
  data.read("channel_names", job.channel_names).read_choice("label", job.label, {"file", "folder"});
  data.read("allow_mixed_rates", job.allow_mixed_rates);
  if (job.paths.empty()) files.reject("path", "'path' is empty; expected WAV files");
  return [job] { return load(job); };
}

bool detect(const std::string&, std::string_view head) {
  return head.substr(0, 4) == "RIFF" && head.size() >= 12 && head.substr(8, 4) == "WAVE";
}

Result<DataProbe> probe(const std::vector<std::string>& files) {
  const std::string& path = files.front();
  APPRENTICE_TRY(const Source source, read_wav_source(path));
  DataProbe probe;
  probe.format = "wav";
  probe.rows = source.rows;
  probe.sample_shape = source.row_shape;
  probe.sample_rate_hz = source.sample_rate_hz;
  std::set<std::string> folders;
  for (const std::string& file : files) folders.insert(file_segment(file, 0, 0).attributes.at("folder"));
  probe.label_column = "folder";
  probe.class_names.assign(folders.begin(), folders.end());
  return probe;
}

}  // namespace

Status check_same_rate(const Source& source, const Source& more) {
  const bool known = source.sample_rate_hz > 0.0 && more.sample_rate_hz > 0.0;
  if (!known || source.sample_rate_hz == more.sample_rate_hz) return {};
  return bad_input(
      more.place,
      "the file has {} samples a second, but {} has {}; bring them to one rate, for instance with ffmpeg -i "
      "a.wav -ar {} b.wav, or set allow_mixed_rates = true",
      more.sample_rate_hz, source.place, source.sample_rate_hz, std::min(more.sample_rate_hz, source.sample_rate_hz));
}

Result<Source> parse_wav(std::string_view bytes, const std::string& path) {
  APPRENTICE_TRY(const size_t open_length_at, check_whole(bytes, path));
  std::string whole;
  if (open_length_at > 0) {
    if (bytes.size() > kUnknown) return bad_input(path, "the file is longer than WAV can be (4 GiB); cut it");
    whole = with_lengths(bytes, open_length_at);
    bytes = whole;
  }
  Bytes memory{bytes};
  SF_VIRTUAL_IO io{Bytes::length, Bytes::seek, Bytes::read, Bytes::write, Bytes::tell};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open_virtual(&io, SFM_READ, &info, &memory), sf_close);
  if (file == nullptr) return bad_input(path, "not a readable WAV file: {}", sf_strerror(nullptr));
  if (!is_plain(info.format)) {
    return fail(ErrorKind::kUnsupported, path,
                "the encoding 0x{:04x} is not read; possible are WAV with 8, 16, 24 or 32-bit PCM or floats",
                info.format & SF_FORMAT_SUBMASK);
  }
  const auto size = static_cast<int64_t>(bytes.size());
  if (info.channels < 1 || info.frames < 0 || info.frames > size / info.channels) {
    return bad_input(path, "the header promises {} frames of {} channels, more than the file holds", info.frames,
                     info.channels);
  }
  if (info.frames == 0) return bad_input(path, "the file holds no samples");
  const int coding = info.format & SF_FORMAT_SUBMASK;
  const double full_scale = coding == SF_FORMAT_PCM_U8   ? 128.0
                            : coding == SF_FORMAT_PCM_16 ? 32768.0
                            : coding == SF_FORMAT_PCM_24 ? 8388608.0
                            : coding == SF_FORMAT_PCM_32 ? 2147483648.0
                                                         : 1.0;
  std::vector<float> values(static_cast<size_t>(info.frames * info.channels));
  if (sf_readf_float(file.get(), values.data(), info.frames) != info.frames) {
    return bad_input(path, "the file is cut short: {} frames are promised, fewer can be read", info.frames);
  }
  for (float& value : values) value *= static_cast<float>(full_scale);
  Source source;
  source.place = path;
  source.rows = info.frames;
  source.row_shape = {info.channels};
  source.sample_rate_hz = info.samplerate;
  for (int c = 0; c < info.channels; ++c) source.channel_names.push_back("c" + std::to_string(c));
  source.values = std::move(values);
  source.segments.push_back(file_segment(path, 0, source.rows));
  APPRENTICE_CHECK(check_finite(source, Gaps::kRefuse));
  return source;
}

Result<Source> read_wav_source(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return parse_wav(file.view(), path);
}

DataFormat wav_format() {
  return {"wav", "WAV sound, one recording per file; the class is the folder's name", detect, configure, probe};
}

}  // namespace apprentice::data
