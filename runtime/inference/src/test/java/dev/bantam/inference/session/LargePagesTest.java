package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LargePagesTest {

  private static final int SIZE = 16 << 20;
  private static final Path TOTALS = Path.of("/proc/self/smaps_rollup");

  @Test
  void shouldKnowTheMemoryThatIsNoFiles() {
    assertThat(LargePages.Range.parse("7f0000001000-7f0000402000 rw-p 00000000 00:00 0 "))
        .isEqualTo(new LargePages.Range(0x7f0000001000L, 0x7f0000402000L, true));
    assertThat(LargePages.Range.parse("55a0-55b0 rw-p 00000000 00:00 0      [heap]").anonymous())
        .isTrue();
    assertThat(LargePages.Range.parse("55a0-55b0 rw-p 00000000 00:00 0      [stack]").anonymous())
        .isFalse();
    assertThat(LargePages.Range.parse("55a0-55b0 r--p 00000000 00:00 0 ").anonymous()).isFalse();
    assertThat(LargePages.Range.parse("55a0-55b0 rw-p 00000000 08:01 17  /tmp/a file").anonymous())
        .isFalse();
  }

  @Test
  void shouldBeginWhereALargePageCan() {
    assertThat(new LargePages.Range(0x200000, 0x600000, true).firstLarge()).isEqualTo(0x200000);
    assertThat(new LargePages.Range(0x200001, 0x600000, true).firstLarge()).isEqualTo(0x400000);
  }

  @Test
  void shouldKeepWhatIsInMemoryAndPutItOntoLargePages() throws IOException {
    // Given memory that is written to from end to end
    assumeThat(TOTALS).exists();
    try (NativeBuffer buffer = NativeBuffer.allocate(SIZE)) {
      ByteBuffer bytes = buffer.bytes();
      for (int at = 0; at < SIZE; at += Integer.BYTES) {
        bytes.putInt(at, at * 31);
      }
      long before = kilobytes("AnonHugePages:");
      long resident = kilobytes("Anonymous:");

      // When
      LargePages.gather();

      // Then nothing has changed or grown
      for (int at = 0; at < SIZE; at += Integer.BYTES) {
        if (bytes.getInt(at) != at * 31) {
          fail("changed at " + at);
        }
      }
      assertThat(kilobytes("Anonymous:") - resident).isLessThan(SIZE / 1024 / 4);
      assumeThat(kilobytes("AnonHugePages:")).as("not on this kernel").isGreaterThan(before);
      assertThat(kilobytes("AnonHugePages:") - before).isGreaterThanOrEqualTo(SIZE / 1024 - 4096);
    }
  }

  private static long kilobytes(String name) throws IOException {
    return Files.readString(TOTALS)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
