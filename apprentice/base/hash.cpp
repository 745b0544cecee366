// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/hash.h"

#include <openssl/evp.h>

#include "apprentice/base/error.h"

namespace apprentice {

struct Hasher::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  promise(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1, "SHA-256 is not available");
}
Hasher::~Hasher() = default;

Hasher& Hasher::add(const void* bytes, size_t count) {
  EVP_DigestUpdate(state_->context, bytes, count);
  return *this;
}

Hasher& Hasher::add(std::string_view text) {
  add(static_cast<int64_t>(text.size()));
  return add(text.data(), text.size());
}

Hasher& Hasher::add(int64_t value) { return add(&value, sizeof value); }

std::string Hasher::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(state_->context, digest, &length);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256_hex(std::string_view bytes) { return Hasher().add(bytes.data(), bytes.size()).hex(); }

}  // namespace apprentice
