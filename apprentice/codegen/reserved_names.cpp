// SPDX-License-Identifier: Apache-2.0
// Names that a package must not have. Its folder is searched for headers (-I), so <prefix>.h must not hide a header of
// the compiler, the C library, the operating system or the vendor, nor <prefix>.c stand beside a file of that name.
#include <sstream>

#include "apprentice/codegen/package.h"

namespace apprentice::codegen {
namespace {

struct Owner {
  const char* phrase;  // what follows "'time' "
  const char* names;   // only such as could be a prefix
};

constexpr Owner kNames[] = {
    {"would hide a header of the C library", R"(
aio aliases alloca ar argp argz assert byteswap complex cpio ctype devctl dirent dlfcn elf endian envlock envz err errno
error execinfo fastmath fcntl features fenv fmtmsg fnmatch fpu_control fstab fts ftw gconv getopt glob grp gshadow iconv
ieee754 ieeefp ifaddrs inttypes langinfo lastlog libgen libintl limits link locale malloc math mcheck memory mntent
monetary mqueue ndbm netdb newlib nl_types nss obstack paths poll printf proc_service pthread pty pwd re_comp reent
regdef regex regexp resolv sched search semaphore setjmp sgtty shadow signal spawn stab stdatomic stdbit stdckdint
stdint stdio stdio_ext stdlib string strings stropts syscall sysexits syslog tar termio termios tgmath thread_db threads
time trace ttyent uchar ucontext ulimit unctrl unistd utime utmp utmpx values wait wchar wctype wordexp xlocale)"},
    {"would hide a header of the compiler", R"(
acc_prof altivec arm64intr arm_acle arm_bf16 arm_cde arm_cmse arm_fp16 arm_mve arm_mve_types arm_neon
arm_neon_sve_bridge arm_sve armintr backtrace builtins cpuid float gcov intrin iso646 limits mm3dnow mm_malloc mmintrin
omp openacc quadmath riscv_vector stdalign stdarg stdbool stddef stdfix stdnoreturn syslimits unwind varargs vadefs)"},
    {"would hide a header of CMSIS", R"(
arm_common_tables arm_const_structs arm_helium_utils arm_math arm_math_f16 arm_math_memory arm_math_types arm_nn_tables
arm_nn_types arm_nnfunctions arm_nnsupportfunctions arm_vec_math cachel1_armv7 pmu_armv8 tz_context)"},
    {"is a word of C or C++", R"(
alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const consteval
constexpr constinit continue decltype default delete do double else enum explicit export extern false final for friend
goto if import inline int long module mutable namespace new noexcept not not_eq nullptr operator or or_eq override
private protected public register requires restrict return short signed sizeof static static_assert struct switch
template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void volatile
while xor xor_eq)"},
    {"is the name of a file that firmware often has", R"(
adc app app_main arduino board bsp can config croutine crc dac dcmi device dma eth event_groups fatfs freertos
freertos_config freertosconfig gpio hal hardware i2c i2s iwdg kernel list lwip main mbed message_buffer nvic platform
port portable portmacro projdefs qspi quadspi queue rcc retarget rng rtc sai sdio sdkconfig sdmmc semphr spi startup
stream_buffer syscalls sysmem system task tasks tim timer timers uart usart usb usb_device usb_host usb_otg version wire
wwdg zephyr)"},
    {"cannot name a file on Windows", R"(
aux com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 con lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 nul prn)"},
    {"is taken by every package itself", "apprentice example manifest vectors"},
};

constexpr Owner kBeginnings[] = {
    {"begins as the kernels in every package do", "apprentice_"},
    {"begins as headers of CMSIS do", "cmsis_ core_ca core_cm core_sc mpu_armv"},
    {"begins as headers of the chip's vendor do", "nrf5 nrfx_ startup_nrf startup_stm32 stm32 system_nrf system_stm32"},
};

// With these at its end a prefix meets names of the package that is called without them: x_vectors.h is a file of x.
constexpr Owner kEndings = {"ends as names inside a package do", "_quantize _vectors"};

template <typename Fits>
const char* find_phrase(const Owner& owner, Fits fits) {
  std::istringstream words(owner.names);
  for (std::string word; words >> word;) {
    if (fits(word)) return owner.phrase;
  }
  return nullptr;
}

}  // namespace

std::string why_taken(const std::string& prefix) {
  for (const Owner& owner : kNames) {
    const char* phrase = find_phrase(owner, [&](const std::string& word) { return word == prefix; });
    if (phrase != nullptr) return phrase;
  }
  for (const Owner& owner : kBeginnings) {
    const char* phrase =
        find_phrase(owner, [&](const std::string& word) { return prefix.compare(0, word.size(), word) == 0; });
    if (phrase != nullptr) return phrase;
  }
  const char* phrase = find_phrase(kEndings, [&](const std::string& word) {
    return prefix.size() > word.size() && prefix.compare(prefix.size() - word.size(), word.size(), word) == 0;
  });
  return phrase != nullptr ? phrase : "";
}

}  // namespace apprentice::codegen
