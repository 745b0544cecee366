// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "apprentice/base/files.h"
#include "tests/package/example.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PackageFolder : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(package::write_package(test::example_package(), folder())); }
  std::string folder() const { return scratch_.path("package"); }
  std::string path(const std::string& name) const { return folder() + "/" + name; }
  std::string refusal() const {
    const auto package = package::read_package(folder());
    return package ? "accepted" : package.error().text();
  }

 private:
  test::Scratch scratch_;
};

TEST_F(PackageFolder, IsReadAsItWasWritten) {
  const package::DevicePackage written = test::example_package();
  const auto read = package::read_package(folder());
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->files, written.files);
  EXPECT_EQ(package::manifest_text(read->manifest), package::manifest_text(written.manifest));
}

TEST_F(PackageFolder, RefusesEveryByteThatIsChangedByName) {
  for (const auto& [name, bytes] : test::example_package().files) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      ASSERT_TRUE(write_file(path(name), flipped));
      EXPECT_THAT(refusal(), StartsWith(path(name))) << "byte " << i;
    }
    ASSERT_TRUE(write_file(path(name), bytes));
    EXPECT_EQ(refusal(), "accepted");
  }
}

TEST_F(PackageFolder, RefusesFilesThatGrewOrShrank) {
  ASSERT_TRUE(write_file(path("pump.h"), "int pump;\n "));
  EXPECT_EQ(refusal(), path("pump.h") + ": was changed: it has 11 bytes, the manifest says 10");
  ASSERT_TRUE(write_file(path("pump.h"), ""));
  EXPECT_THAT(refusal(), EndsWith("it has 0 bytes, the manifest says 10"));
}

TEST_F(PackageFolder, RefusesAMissingFile) {
  std::filesystem::remove(path("vectors.bin"));
  EXPECT_EQ(refusal(), path("vectors.bin") + ": is missing, but the manifest lists it");
  std::filesystem::remove(path("manifest.json"));
  EXPECT_THAT(refusal(), StartsWith(path("manifest.json") + ": cannot open"));
  std::filesystem::remove_all(folder());
  EXPECT_THAT(refusal(), StartsWith(path("manifest.json") + ": cannot open"));
}

TEST_F(PackageFolder, RefusesWhatIsNotInTheManifest) {
  ASSERT_TRUE(write_file(path("more.c"), ""));
  EXPECT_EQ(refusal(), path("more.c") + ": is not in the manifest; remove it");
}

TEST_F(PackageFolder, RefusesLinksAndFolders) {
  std::filesystem::rename(path("pump.h"), folder() + "/../pump.h");
  std::filesystem::create_symlink("../pump.h", path("pump.h"));
  EXPECT_EQ(refusal(), path("pump.h") + ": is a link; a package holds plain files");
  std::filesystem::remove(path("pump.h"));
  std::filesystem::create_directory(path("pump.h"));
  EXPECT_THAT(refusal(), HasSubstr("pump.h: is no plain file"));
}

}  // namespace
}  // namespace apprentice
