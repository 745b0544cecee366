// SPDX-License-Identifier: Apache-2.0
// Every random draw comes from the job's seed by a named stream: the same seed and name give the same bits anywhere.
// Generator: xoshiro256++ (Blackman and Vigna 2021), seeded through splitmix64 (Steele et al. 2014).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace apprentice {

class Rng {
 public:
  // Streams of one seed with different names are independent.
  Rng(uint64_t seed, std::string_view stream);

  uint64_t next();
  // Uniform in [0, 1).
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in [0, bound), without bias; bound > 0.
  uint64_t below(uint64_t bound);
  // Standard normal (Box and Muller 1958).
  double normal();

  // 0..count-1 in random order (Fisher-Yates).
  std::vector<int64_t> permutation(int64_t count);

 private:
  uint64_t state_[4];
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace apprentice
