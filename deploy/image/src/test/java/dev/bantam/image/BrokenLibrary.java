package dev.bantam.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * ONNX Runtime's native libraries, the first function of which is an instruction that no processor
 * has. Needs no compiler. Numbers are those of the ELF specification, for 64 bits.
 */
final class BrokenLibrary {

  private static final boolean IS_ARM = System.getProperty("os.arch").equals("aarch64");
  private static final String ENTRY = "OrtGetApiBase";
  private static final int SECTION_TABLE = 0x28;
  private static final int SECTION_SIZE = 0x3A;
  private static final int SECTIONS = 0x3C;
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOL_BYTES = 24;
  private static final byte[] X86_UD2 = {0x0F, 0x0B};
  private static final byte[] ARM_UDF = {0, 0, 0, 0};

  private BrokenLibrary() {}

  /** Puts them into a folder. */
  static void in(Path folder) throws IOException {
    Path library = soundIn(folder);
    byte[] bytes = Files.readAllBytes(library);
    byte[] instruction = IS_ARM ? ARM_UDF : X86_UD2;
    System.arraycopy(instruction, 0, bytes, entry(bytes), instruction.length);
    Files.write(library, bytes);
  }

  /** Puts them into a folder as they are; returns the first of them. */
  static Path soundIn(Path folder) throws IOException {
    String place = "/ai/onnxruntime/native/linux-%s/".formatted(IS_ARM ? "aarch64" : "x64");
    copy(place, "libonnxruntime4j_jni.so", folder);
    return copy(place, "libonnxruntime.so", folder);
  }

  private static Path copy(String place, String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = BrokenLibrary.class.getResourceAsStream(place + name)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** Where the function's code lies in the file: code is mapped where the file has it. */
  private static int entry(byte[] bytes) {
    ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int table = (int) elf.getLong(SECTION_TABLE);
    int size = elf.getShort(SECTION_SIZE);
    for (int i = 0; i < elf.getShort(SECTIONS); i++) {
      int section = table + i * size;
      if (elf.getInt(section + 4) == DYNAMIC_SYMBOLS) {
        int names = (int) elf.getLong(table + elf.getInt(section + 0x28) * size + 0x18);
        int symbols = (int) elf.getLong(section + 0x18);
        int end = symbols + (int) elf.getLong(section + 0x20);
        for (int symbol = symbols; symbol < end; symbol += SYMBOL_BYTES) {
          if (name(bytes, names + elf.getInt(symbol)).equals(ENTRY)) {
            return fileOffset(elf, elf.getLong(symbol + 8));
          }
        }
      }
    }
    throw new IllegalStateException("the library has no function " + ENTRY);
  }

  private static String name(byte[] bytes, int at) {
    int end = at;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(bytes, at, end), StandardCharsets.US_ASCII);
  }

  private static int fileOffset(ByteBuffer elf, long address) {
    int table = (int) elf.getLong(0x20);
    int size = elf.getShort(0x36);
    for (int i = 0; i < elf.getShort(0x38); i++) {
      int segment = table + i * size;
      long start = elf.getLong(segment + 0x10);
      boolean isLoaded = elf.getInt(segment) == 1;
      if (isLoaded && address >= start && address < start + elf.getLong(segment + 0x20)) {
        return (int) (address - start + elf.getLong(segment + 8));
      }
    }
    throw new IllegalStateException("no segment holds " + ENTRY);
  }
}
