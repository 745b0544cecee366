// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/npy.h"

#include <gmock/gmock.h>

#include <cstring>

#include "apprentice/data/formats/layout.h"

namespace apprentice {
namespace {

using testing::HasSubstr;

// An NPY file, version 1.0, written by hand.
std::string npy(const std::string& dict, const std::string& data) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dict.size() & 0xFF);
  bytes += static_cast<char>(dict.size() >> 8);
  return bytes + dict + data;
}

std::string error_of(const std::string& bytes) {
  const auto array = data::parse_npy(bytes, "a.npy");
  return array ? "read" : array.error().text();
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes(values.size() * 4, 0);
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

TEST(Npy, RoundTripsEveryNumberType) {
  for (const DType dtype : {DType::kF16, DType::kF32, DType::kF64, DType::kI8, DType::kU8, DType::kI16, DType::kU16,
                            DType::kI32, DType::kU32, DType::kI64, DType::kU64, DType::kBool}) {
    Tensor tensor(dtype, {2, 3});
    for (int64_t i = 0; i < 6; ++i) tensor.bytes()[i * byte_size(dtype)] = std::byte{1};
    const auto bytes = data::npy_bytes(tensor);
    ASSERT_TRUE(bytes);
    EXPECT_EQ((bytes->size() - static_cast<size_t>(tensor.byte_count())) % 64, 0U);
    const auto array = data::parse_npy(*bytes, "a.npy");
    ASSERT_TRUE(array) << array.error().text();
    EXPECT_EQ(array->tensor.dtype(), dtype);
    EXPECT_EQ(array->shape, (Shape{2, 3}));
    EXPECT_EQ(std::memcmp(array->tensor.bytes(), tensor.bytes(), static_cast<size_t>(tensor.byte_count())), 0);
  }
}

TEST(Npy, TurnsFortranOrderIntoCOrder) {
  const auto array = data::parse_npy(
      npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", floats({1, 4, 2, 5, 3, 6})), "a.npy");
  ASSERT_TRUE(array);
  EXPECT_EQ(*data::npy_floats(*array, "a.npy"), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(Npy, ReadsTextsOfBothKinds) {
  const auto bytes = data::parse_npy(
      npy("{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", std::string("ab\0xyz", 6)), "a.npy");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->texts, (std::vector<std::string>{"ab", "xyz"}));
  const auto wide = data::parse_npy(
      npy("{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }", std::string("\xFC\0\0\0\0\0\0\0", 8)), "a.npy");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->texts, (std::vector<std::string>{"\xC3\xBC"}));
}

TEST(Npy, WritesNumbersAsTextsWithoutNeedlessFractions) {
  const auto array =
      data::parse_npy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", floats({3, -1, 0.5F})), "a.npy");
  ASSERT_TRUE(array);
  EXPECT_EQ(data::npy_texts(*array), (std::vector<std::string>{"3", "-1", "0.5"}));
}

TEST(Npy, RefusesFilesCutShortAnywhere) {
  const std::string whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", floats({1, 2}));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)), "read") << size;
  }
  EXPECT_EQ(error_of(whole.substr(0, whole.size() - 3)),
            "a.npy: the file is cut short: shape [2] needs 8 bytes of data, but 5 are there");
  EXPECT_EQ(error_of(whole + "x"), "a.npy: 1 bytes follow the data of shape [2]; the file is damaged");
  EXPECT_EQ(error_of("hello"), "a.npy: not an NPY file: it does not start with \\x93NUMPY");
}

TEST(Npy, RefusesHostileHeadersBeforeAllocating) {
  const auto with_shape = [](const std::string& shape) {
    return error_of(npy("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }", ""));
  };
  EXPECT_EQ(with_shape("(4611686018427387904, 4)"),
            "a.npy: shape [4611686018427387904, 4] is negative or too large to count");
  EXPECT_EQ(with_shape("(4611686018427387904,)"),
            "a.npy: shape [4611686018427387904] is negative or too large to count");
  EXPECT_EQ(with_shape("(-1,)"), "a.npy: shape [-1] is negative or too large to count");
  EXPECT_EQ(with_shape("(1000000000000,)"),
            "a.npy: the file is cut short: shape [1000000000000] needs 8000000000000 bytes of data, but 0 are there");
  EXPECT_EQ(with_shape("(99999999999999999999,)"), "a.npy: the header is not a dict of descr, fortran_order and shape");
}

TEST(Npy, RefusesByNameWhatItDoesNotRead) {
  const auto with_type = [](const std::string& descr) {
    return error_of(npy("{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,), }", "12345678"));
  };
  EXPECT_EQ(with_type("'>f8'"), "a.npy: the array is big-endian ('>f8'); save it little-endian");
  EXPECT_EQ(with_type("'|O'"),
            "a.npy: the array has dtype '|O'; possible are f2, f4, f8, i1 to i8, u1 to u8, bool and "
            "texts");
  EXPECT_THAT(with_type("'<c8'"), HasSubstr("dtype '<c8'"));
  EXPECT_THAT(with_type("'<M8[ns]'"), HasSubstr("dtype '<M8[ns]'"));
  EXPECT_EQ(with_type("[('a', '<f4')]"), "a.npy: the array holds records; save one array of numbers per file");
  std::string version_9 = npy("{}", "");
  version_9[6] = 9;
  EXPECT_EQ(error_of(version_9), "a.npy: NPY version 9 is unknown; possible are 1, 2 and 3");
}

TEST(Layout, NamesNotANumberWithFileRowAndColumn) {
  const auto array = data::parse_npy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
                                         floats({1, 2, 3, std::numeric_limits<float>::quiet_NaN()})),
                                     "a.npy");
  ASSERT_TRUE(array);
  const auto source = data::rows_of(*array, "a.npy", data::Layout::kChannelsFirst);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().text(),
            "a.npy: row 1, column 1 is NaN (counted from 0); 1 of 2 rows hold such values, and all must be finite: "
            "mend them, "
            "or set missing = \"drop\" to leave those out");
  const auto kept = data::rows_of(*array, "a.npy", data::Layout::kChannelsFirst, data::Gaps::kDrop);
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_EQ(kept->dropped, (std::vector<char>{0, 1}));
}

TEST(Layout, MovesTheLastAxisToTheFront) {
  Tensor tensor(DType::kU8, {1, 2, 2, 3});  // height, width, channels
  for (int64_t i = 0; i < 12; ++i) tensor.data<uint8_t>()[i] = static_cast<uint8_t>(i);
  data::NpyArray array;
  array.shape = tensor.shape();
  array.tensor = tensor;
  const auto source = data::rows_of(array, "a.npy", data::Layout::kChannelsLast);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->row_shape, (Shape{3, 2, 2}));
  EXPECT_EQ(std::get<std::vector<uint8_t>>(source->values),
            (std::vector<uint8_t>{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
}

}  // namespace
}  // namespace apprentice
