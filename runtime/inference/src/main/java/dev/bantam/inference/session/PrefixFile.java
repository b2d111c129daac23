package dev.bantam.inference.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of beginnings of prompts in a file that only grows: behind a head with the key come
 * records of one length, each with the number of the record that it stands behind (-1 for none),
 * its tokens, its keys and values, and a checksum over all of these. A record that a killed process
 * left half written, or whose bytes are others than were written, ends what is read, and is written
 * over. Only its owner may read it, for prompts can be secrets. All numbers are in the machine's
 * own order of bytes.
 *
 * <p>For one thread at a time. One process, and one open file in it, has it to itself.
 */
final class PrefixFile implements AutoCloseable {

  private static final byte[] MAGIC = {'B', 'T', 'M', 'P', 'F', 'X', '0', '1'};
  private static final int KEY_BYTES = 32;
  private static final int HEAD_BYTES = MAGIC.length + KEY_BYTES;

  private final FileChannel channel;
  private final FileLock lock;
  private final Form form;
  private final byte[] key;
  private final long mostRecords;
  private int records;

  private PrefixFile(FileChannel channel, FileLock lock, byte[] key, Form form, long mostRecords) {
    this.channel = channel;
    this.lock = lock;
    this.key = key;
    this.form = form;
    this.mostRecords = mostRecords;
  }

  /**
   * What a record holds.
   *
   * @param block tokens
   * @param blockBytes of their keys and values
   */
  record Form(int block, long blockBytes) {

    int recordBytes() {
      return Math.toIntExact(
          Integer.BYTES + (long) Integer.BYTES * block + blockBytes + Long.BYTES);
    }
  }

  /** Takes the blocks that the file has. */
  @FunctionalInterface
  interface Reader {
    /**
     * @param index of the record, from 0
     * @param before of the record that it stands behind, which was read; -1 for none
     * @param bytes valid during the call
     * @return whether to go on
     */
    boolean take(int index, int before, IntBuffer tokens, ByteBuffer bytes);
  }

  /**
   * Opens a file, or makes it. One of another key, or that is none of this form, is begun anew.
   *
   * @return empty if somebody else has it open
   */
  static Optional<PrefixFile> open(Path path, byte[] key, Form form, long mostBytes)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean isOpen = false;
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        return Optional.empty();
      }
      long mostRecords = (mostBytes - HEAD_BYTES) / form.recordBytes();
      PrefixFile file = new PrefixFile(channel, lock, key, form, mostRecords);
      if (!file.hasHead()) {
        file.clear();
      }
      isOpen = true;
      return Optional.of(file);
    } finally {
      if (!isOpen) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private boolean hasHead() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    return readFully(head, 0) && Arrays.equals(head.array(), head());
  }

  private byte[] head() {
    return ByteBuffer.allocate(HEAD_BYTES).put(MAGIC).put(key).array();
  }

  private boolean readFully(ByteBuffer target, long from) throws IOException {
    long at = from;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  private void writeFully(ByteBuffer source, long from) throws IOException {
    long at = from;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  /** Reads all that is whole; what is not is forgotten. To be called before the first append. */
  void read(Reader reader) throws IOException {
    records = 0;
    boolean wantsMore = true;
    try (NativeBuffer buffer = NativeBuffer.allocate(form.recordBytes())) {
      ByteBuffer record = buffer.bytes();
      while (wantsMore
          && records < mostRecords
          && readFully(record.clear(), place(records))
          && isWhole(record.flip())) {
        wantsMore = reader.take(records, record.getInt(0), tokens(record), bytes(record));
        records++;
      }
    }
    if (wantsMore) {
      channel.truncate(place(records));
    } else {
      records = (int) Math.min(mostRecords, (channel.size() - HEAD_BYTES) / form.recordBytes());
    }
  }

  private ByteBuffer bytes(ByteBuffer record) {
    return record
        .duplicate()
        .order(ByteOrder.nativeOrder())
        .limit(form.recordBytes() - Long.BYTES)
        .position(Integer.BYTES * (1 + form.block()));
  }

  private IntBuffer tokens(ByteBuffer record) {
    IntBuffer tokens = IntBuffer.allocate(form.block());
    for (int i = 0; i < form.block(); i++) {
      tokens.put(i, record.getInt(Integer.BYTES * (1 + i)));
    }
    return tokens;
  }

  private boolean isWhole(ByteBuffer record) {
    int before = record.getInt(0);
    return before >= -1
        && before < records
        && record.getLong(form.recordBytes() - Long.BYTES) == checksum(record, records);
  }

  /** Of all but itself, and of where it stands. */
  private long checksum(ByteBuffer record, int index) {
    CRC32C sum = new CRC32C();
    sum.update(key);
    sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
    sum.update(record.duplicate().position(0).limit(form.recordBytes() - Long.BYTES));
    return sum.getValue();
  }

  private long place(int index) {
    return HEAD_BYTES + (long) index * form.recordBytes();
  }

  /**
   * Writes a block behind all others.
   *
   * @param before index of the record that it stands behind; -1 for none
   * @return its own; empty if the file is full
   */
  OptionalInt append(int before, IntBuffer tokens, ByteBuffer bytes) throws IOException {
    if (records >= mostRecords) {
      return OptionalInt.empty();
    }
    try (NativeBuffer buffer = NativeBuffer.allocate(form.recordBytes())) {
      ByteBuffer record = buffer.bytes();
      record.putInt(before);
      for (int i = 0; i < form.block(); i++) {
        record.putInt(tokens.get(i));
      }
      record.put(bytes.duplicate());
      record.putLong(checksum(record, records));
      writeFully(record.flip(), place(records));
      return OptionalInt.of(records++);
    }
  }

  /** Forgets all that it holds. */
  void clear() throws IOException {
    channel.truncate(0);
    writeFully(ByteBuffer.wrap(head()), 0);
    records = 0;
  }

  @Override
  public void close() throws IOException {
    try {
      lock.close();
    } finally {
      channel.close();
    }
  }
}
