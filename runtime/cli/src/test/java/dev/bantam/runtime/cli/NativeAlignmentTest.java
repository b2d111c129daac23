package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/**
 * A kernel with pages of 16 KiB, as a Raspberry Pi 5 has, maps no library whose segments are
 * aligned to less. The offsets are those of the ELF-64 header and program header (System V ABI,
 * chapter 4 and 5).
 */
class NativeAlignmentTest {

  private static final long LARGEST_PAGE = 16 << 10;
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int CLASS_64 = 2;
  private static final int MACHINE_ARM_64 = 183;
  private static final int LOADED = 1;

  @Test
  void shouldBringArmLibrariesThatPagesOf16KibCanHold() throws IOException {
    // Given
    Map<String, Long> alignments = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.endsWith(".jar")) {
        alignments.putAll(alignments(Path.of(entry)));
      }
    }

    // Then
    assertThat(alignments.keySet())
        .anyMatch(name -> name.contains("libonnxruntime.so"))
        .anyMatch(name -> name.contains("libtokenizers.so"))
        .anyMatch(name -> name.contains("libjnidispatch.so"))
        .anyMatch(name -> name.contains("libsqlitejdbc.so"));
    assertThat(alignments)
        .allSatisfy(
            (name, least) -> assertThat(least).as(name).isGreaterThanOrEqualTo(LARGEST_PAGE));
  }

  private static Map<String, Long> alignments(Path jar) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<ZipEntry> libraries = new ArrayList<>();
      zip.stream().filter(entry -> entry.getName().contains(".so")).forEach(libraries::add);
      for (ZipEntry library : libraries) {
        try (InputStream in = zip.getInputStream(library)) {
          leastAlignment(in.readAllBytes())
              .ifPresent(least -> found.put(jar.getFileName() + "!" + library.getName(), least));
        }
      }
    }
    return found;
  }

  /** Of the segments that are loaded; empty for what is no library for 64-bit ARM. */
  private static Optional<Long> leastAlignment(byte[] file) {
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 64
        || !ByteBuffer.wrap(file, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        || file[4] != CLASS_64
        || elf.getShort(18) != MACHINE_ARM_64) {
      return Optional.empty();
    }
    long table = elf.getLong(32);
    int size = elf.getShort(54);
    int count = elf.getShort(56);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int header = Math.toIntExact(table + (long) i * size);
      if (elf.getInt(header) == LOADED) {
        least = Math.min(least, elf.getLong(header + 48));
      }
    }
    return Optional.of(least);
  }
}
