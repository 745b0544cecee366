// SPDX-License-Identifier: Apache-2.0
#include "tests/data/seeds.h"

#include <zip.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "apprentice/data/formats/npy.h"

namespace apprentice::test {
namespace {

template <typename T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

Tensor samples() { return Tensor::from({6, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}); }

void add(zip_t* archive, const char* name, const std::string& bytes) {
  char* copy = static_cast<char*>(std::malloc(bytes.size()));
  std::memcpy(copy, bytes.data(), bytes.size());
  zip_source_t* source = zip_source_buffer(archive, copy, bytes.size(), 1);
  if (zip_file_add(archive, name, source, ZIP_FL_OVERWRITE) < 0) std::abort();
}

}  // namespace

std::string seed_csv() {
  return "rpm,load,state,machine\n1,2.5,ok,a\n2,\"3.5\",bad,a\n3,4.5,ok,b\n4,5.5,bad,b\n5,6.5,ok,c\n6,7.5,bad,c\n";
}

std::string seed_npy() { return *data::npy_bytes(samples()); }

std::string npz_of(const std::vector<std::pair<std::string, std::string>>& arrays) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(memory);
  zip_t* archive = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : arrays) add(archive, (name + ".npy").c_str(), bytes);
  if (zip_close(archive) != 0 || zip_source_open(memory) != 0) std::abort();
  zip_source_seek(memory, 0, SEEK_END);
  std::string bytes(static_cast<size_t>(zip_source_tell(memory)), 0);
  zip_source_seek(memory, 0, SEEK_SET);
  if (zip_source_read(memory, bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size())) std::abort();
  zip_source_close(memory);
  zip_source_free(memory);
  return bytes;
}

std::string seed_npz() {
  return npz_of({{"samples", seed_npy()},
                 {"labels", *data::npy_bytes(Tensor::from({6}, {0, 1, 0, 1, 0, 1}))},
                 {"groups", *data::npy_bytes(Tensor::from({6}, {0, 0, 1, 1, 2, 2}))}});
}

std::string wav_of(const std::vector<int16_t>& values, uint32_t rate, uint16_t channels) {
  const auto data_bytes = static_cast<uint32_t>(2 * values.size());
  std::string bytes = "RIFF";
  put(bytes, uint32_t{36 + data_bytes});
  bytes += "WAVEfmt ";
  put(bytes, uint32_t{16});
  put(bytes, uint16_t{1});
  put(bytes, channels);
  put(bytes, rate);
  put(bytes, uint32_t{rate * 2 * channels});
  put(bytes, static_cast<uint16_t>(2 * channels));
  put(bytes, uint16_t{16});
  bytes += "data";
  put(bytes, data_bytes);
  for (const int16_t value : values) put(bytes, value);
  return bytes;
}

std::string seed_wav() {
  std::vector<int16_t> values;
  for (int i = 0; i < 50; ++i) {
    values.push_back(static_cast<int16_t>(100 * i));
    values.push_back(-32768);
  }
  return wav_of(values, 8000, 2);
}

std::string seed_cifar() {
  std::string bytes;
  for (int record = 0; record < 4; ++record) {
    bytes += static_cast<char>(record % 2);
    for (int i = 0; i < 3072; ++i) bytes += static_cast<char>(i + record);
  }
  return bytes;
}

const std::map<std::string, Seed>& seeds() {
  static const std::map<std::string, Seed> kSeeds{{"csv", {"seed.csv", seed_csv()}},
                                                  {"npy", {"seed.npy", seed_npy()}},
                                                  {"npz", {"seed.npz", seed_npz()}},
                                                  {"wav", {"seed.wav", seed_wav()}},
                                                  {"cifar", {"seed.bin", seed_cifar()}}};
  return kSeeds;
}

}  // namespace apprentice::test
