package dev.bantam.inference.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's writing of bytes as printable characters: those that print in Latin-1 stand for
 * themselves, the others are numbered from U+0100 on in order of their value.
 */
final class ByteLevel {

  private static final int FIRST_SHIFTED = 0x100;
  private static final int[] BYTE_OF_CHAR = table();

  private ByteLevel() {}

  private static int[] table() {
    int[] table = new int[FIRST_SHIFTED + 256];
    Arrays.fill(table, -1);
    int shifted = FIRST_SHIFTED;
    for (int value = 0; value < 256; value++) {
      boolean prints =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      table[prints ? value : shifted++] = value;
    }
    return table;
  }

  /** The bytes that a piece stands for; a piece that is not written so stands for its own text. */
  static byte[] bytes(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = piece.charAt(i);
      int value = c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
      if (value < 0) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
