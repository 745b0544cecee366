// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/hash.h"
#include "tests/package/example.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

std::string refusal(const std::string& text) {
  const auto manifest = package::parse_package_manifest(text, "manifest.json");
  return manifest ? "accepted" : manifest.error().text();
}

// The example's manifest with one value changed, its seal right all the same.
std::string changed(const std::string& pointer, const Json& value) {
  Json json = Json::parse(package::manifest_text(test::example_package().manifest));
  json[Json::json_pointer(pointer)] = value;
  json.erase("manifest_sha256");
  Json sealed;
  for (const auto& [key, each] : json.items()) {
    sealed[key] = each;
    if (key == "version") sealed["manifest_sha256"] = sha256_hex(json.dump(2) + "\n");
  }
  return refusal(sealed.dump(2) + "\n");
}

TEST(Manifest, ComesBackFromItsText) {
  const package::PackageManifest manifest = test::example_package().manifest;
  const std::string text = package::manifest_text(manifest);
  const auto back = package::parse_package_manifest(text, "manifest.json");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(package::manifest_text(*back), text);
  EXPECT_EQ(back->output.scale, manifest.output.scale);
  EXPECT_EQ(back->layers.front().output.zero_point, 127);
  EXPECT_EQ(back->files.at("pump.h").bytes, 10);
  EXPECT_EQ(back->channel_names, manifest.channel_names);
  EXPECT_EQ(changed("/name", "fan"), "accepted");
}

// docs/formats/device_package.md: grep -v manifest_sha256 manifest.json | sha256sum
TEST(Manifest, IsSealedByItsTextWithoutTheSeal) {
  const std::string text = package::manifest_text(test::example_package().manifest);
  const size_t at = text.find("  \"manifest_sha256\"");
  ASSERT_NE(at, std::string::npos);
  const size_t end = text.find('\n', at) + 1;
  EXPECT_THAT(text.substr(at, end - at), HasSubstr(sha256_hex(text.substr(0, at) + text.substr(end))));
}

TEST(Manifest, RefusesEveryChangedByte) {
  const std::string text = package::manifest_text(test::example_package().manifest);
  for (size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {1, 4, 32}) {
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ bit);
      EXPECT_THAT(refusal(flipped), HasSubstr("manifest.json")) << "byte " << i;
    }
    EXPECT_THAT(refusal(text.substr(0, i)), HasSubstr("manifest.json")) << "byte " << i;
  }
}

TEST(Manifest, RefusesNamesThatLeadOutOfTheFolder) {
  const Json file = {{"bytes", 0}, {"sha256", sha256_hex("")}};
  for (const std::string name : {"..", ".", "../a", "a/../../b", "/etc/passwd", "a/b", "a\\b", ".hidden", "",
                                 "manifest.json", "a b", "\xC3\xBC"}) {
    Json json = Json::parse(package::manifest_text(test::example_package().manifest));
    json["files"][name] = file;
    EXPECT_THAT(refusal(json.dump(2) + "\n"), HasSubstr(fmt::format("lists '{}', which is no name", name)));
  }
  EXPECT_THAT(changed("/files/" + std::string(201, 'a'), file), HasSubstr("which is no name"));
}

TEST(Manifest, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("{"), HasSubstr("manifest.json: is not valid JSON"));
  EXPECT_THAT(changed("/version", 1), HasSubstr("#/version: found 1, expected 2; write the"));
  EXPECT_THAT(changed("/format", "zip"), HasSubstr("#/format: found \"zip\", expected apprentice-device-package"));
  EXPECT_THAT(changed("/task", "ranking"), HasSubstr("expected one of: classification, regression"));
  EXPECT_THAT(changed("/input/scale", "a"), HasSubstr("#/input/scale: found \"a\", expected a finite number"));
  EXPECT_THAT(changed("/input/height", int64_t{1} << 40), HasSubstr("#/input/height"));
  EXPECT_THAT(changed("/files/pump.c/bytes", -1), HasSubstr("#/files/pump.c/bytes: found -1"));
  EXPECT_THAT(changed("/prefix", "../pump"), HasSubstr("lists no ../pump.h"));
  EXPECT_THAT(changed("/more", 1), HasSubstr("was changed"));
  EXPECT_THAT(changed("/layers/0/more", 1), HasSubstr("was changed"));
}

}  // namespace
}  // namespace apprentice
