// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4, by OpenSSL) as the one fingerprint of everything that is stored or compared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace apprentice {

class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& add(const void* bytes, size_t count);
  // Strings are framed by their length, so ("ab","c") and ("a","bc") differ.
  Hasher& add(std::string_view text);
  Hasher& add(int64_t value);
  // 64 lower-case hex digits; the hasher cannot be used after it.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA-256 of the bytes themselves (no framing), as `sha256sum` prints it.
std::string sha256_hex(std::string_view bytes);

}  // namespace apprentice
