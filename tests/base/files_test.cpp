// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "apprentice/base/places.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

TEST(Files, WritesAndReadsBack) {
  const test::Scratch scratch;
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(write_file(scratch.path("x"), bytes));
  EXPECT_EQ(read_file(scratch.path("x")).value(), bytes);
  EXPECT_EQ(list_folder(scratch.path()), std::vector<std::string>{"x"});
}

TEST(Files, LeavesNothingBehindWithoutCommit) {
  const test::Scratch scratch;
  {
    Result<FileWriter> writer = FileWriter::create(scratch.path("x"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write("half"));
  }
  EXPECT_TRUE(list_folder(scratch.path()).empty());
}

TEST(Files, KeepsTheOldFileWhenTheDiskIsFull) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("x"), "old"));
  const pid_t child = ::fork();
  if (child == 0) {
    // A file-size limit stands in for a full disk: write() fails with EFBIG instead of ENOSPC.
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Status status = write_file(scratch.path("x"), std::string(5000, 'n'));
    ::_exit(!status && status.error().kind == ErrorKind::kIo ? 0 : 1);
  }
  int result = 0;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
  EXPECT_EQ(read_file(scratch.path("x")).value(), "old");
  EXPECT_EQ(list_folder(scratch.path()), std::vector<std::string>{"x"});
}

TEST(Files, FollowTheUmask) {
  const test::Scratch scratch;
  const auto mode_of = [&](const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
  };
  for (const mode_t mask : {0027, 0002, 0077}) {
    const mode_t before = ::umask(mask);
    EXPECT_TRUE(write_file(scratch.path("x"), "1"));
    ::umask(before);
    EXPECT_EQ(mode_of(scratch.path("x")), 0666 & ~mask);
  }
}

TEST(Files, HalfWrittenOnesAreKnownByTheirNames) {
  const test::Scratch scratch;
  Result<FileWriter> writer = FileWriter::create(scratch.path("x"));
  ASSERT_TRUE(writer);
  const std::vector<std::string> names = list_folder(scratch.path());
  ASSERT_EQ(names.size(), 1U);
  EXPECT_TRUE(is_temporary_name(names[0])) << names[0];
  for (const char* other : {"x", "x.tmp-", "x.tmp-0123456", "x.tmp-0123456z", ".tmp-0123456789"}) {
    EXPECT_FALSE(is_temporary_name(other)) << other;
  }
}

TEST(Files, ExplainsWhatCannotBeRead) {
  const test::Scratch scratch;
  EXPECT_EQ(read_file(scratch.path()).error().text(), scratch.path() + ": is not a regular file");
  EXPECT_EQ(read_file(scratch.path("no")).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(write_file(scratch.path("big"), "12345"));
  EXPECT_EQ(read_file(scratch.path("big"), 4).error().message, "has 5 bytes; at most 4 are read");
  EXPECT_EQ(write_file(scratch.path("no/where"), "x").error().message,
            "cannot write the file: No such file or directory");
}

TEST(Files, MapsAWholeFileAndAnEmptyOne) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("x"), "mapped"));
  ASSERT_TRUE(write_file(scratch.path("empty"), ""));
  Result<MappedFile> map = MappedFile::open(scratch.path("x"));
  ASSERT_TRUE(map);
  const MappedFile moved = std::move(*map);
  EXPECT_EQ(moved.view(), "mapped");
  EXPECT_EQ(MappedFile::open(scratch.path("empty")).value().size(), 0U);
}

TEST(Files, HashesLikeSha256sum) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("x"), "abc"));
  // FIPS 180-4 example.
  EXPECT_EQ(hash_file(scratch.path("x")).value(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace apprentice
