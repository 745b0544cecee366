// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/hash.h"

#include <gtest/gtest.h>

namespace apprentice {
namespace {

TEST(Hash, MatchesPublishedVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Hash, FramesStringsByTheirLength) {
  EXPECT_NE(Hasher().add("ab").add("c").hex(), Hasher().add("a").add("bc").hex());
  EXPECT_EQ(Hasher().add("ab").add(int64_t{3}).hex(), Hasher().add("ab").add(int64_t{3}).hex());
}

}  // namespace
}  // namespace apprentice
