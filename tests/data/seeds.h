// SPDX-License-Identifier: Apache-2.0
// Small whole files of every format, made in memory: for contract tests, truncation and mutation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace apprentice::test {

std::string seed_csv();
std::string seed_npy();    // float32 [6, 2]
std::string seed_npz();    // samples [6, 2], labels [6], groups [6], deflated
std::string seed_wav();    // 16-bit, 2 channels, 50 frames
std::string seed_cifar();  // 4 records of [3, 32, 32]

// An archive of such NPY files, deflated; and 16-bit sound.
std::string npz_of(const std::vector<std::pair<std::string, std::string>>& arrays);
std::string wav_of(const std::vector<int16_t>& values, uint32_t rate, uint16_t channels = 1);

// A file of `format` with that ending.
struct Seed {
  std::string name, bytes;
};
const std::map<std::string, Seed>& seeds();

}  // namespace apprentice::test
