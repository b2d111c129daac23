package dev.bantam.models.importer.tensor;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes weights one after the other into one file, in pieces, so that the heap holds no tensor.
 * Each begins at a multiple of {@link #ALIGNMENT}, for the file is mapped into memory.
 */
public final class WeightsFile {

  /** Bytes: a memory page of every supported machine but those with 16 or 64 KiB pages. */
  public static final int ALIGNMENT = 4096;

  /** Bytes of the source converted at a time; no codec makes more than twice as many of them. */
  private static final int CHUNK_BYTES = 1 << 18;

  private final ModelSource source;
  private final BlobWriter target;
  private final ImportListener listener;
  private final long sourceBytes;
  private final ChannelErrors channels;
  private final ByteBuffer in = buffer(CHUNK_BYTES);
  private final ByteBuffer out = buffer(2 * CHUNK_BYTES);
  private long sourceDone;

  private WeightsFile(
      ModelSource source,
      BlobWriter target,
      ImportListener listener,
      long sourceBytes,
      ChannelErrors channels) {
    this.source = source;
    this.target = target;
    this.listener = listener;
    this.sourceBytes = sourceBytes;
    this.channels = channels;
  }

  /**
   * Where each part will begin. A view's bytes must be among {@code parts} too.
   *
   * @return offsets by name
   */
  public static Map<String, Long> offsets(Collection<WeightPart> parts) {
    Map<String, Long> offsets = new LinkedHashMap<>();
    long end = 0;
    for (WeightPart part : parts) {
      if (!(part instanceof WeightPart.View)) {
        long offset = aligned(end);
        offsets.put(part.name(), offset);
        end = offset + part.bytes();
      }
    }
    for (WeightPart part : parts) {
      if (part instanceof WeightPart.View view) {
        offsets.put(view.name(), Objects.requireNonNull(offsets.get(view.of().name())));
      }
    }
    return offsets;
  }

  /**
   * Writes the parts at their {@link #offsets}.
   *
   * @param target an empty blob; committed here
   * @param listener hears of bytes read from the source; a tensor that makes several parts is read
   *     several times
   */
  public static Blob write(
      ModelSource source, Collection<WeightPart> parts, BlobWriter target, ImportListener listener)
      throws ModelException {
    return write(source, parts, target, listener, new ChannelErrors());
  }

  /**
   * As the other.
   *
   * @param channels is told of the tensors that are quantized row by row here
   */
  public static Blob write(
      ModelSource source,
      Collection<WeightPart> parts,
      BlobWriter target,
      ImportListener listener,
      ChannelErrors channels)
      throws ModelException {
    long sourceBytes = 0;
    for (WeightPart part : parts) {
      sourceBytes += bytes(sources(part));
    }
    WeightsFile file = new WeightsFile(source, target, listener, sourceBytes, channels);
    for (WeightPart part : parts) {
      file.append(part);
    }
    return target.commit();
  }

  private static List<SourceTensor> sources(WeightPart part) {
    if (part instanceof WeightPart.Converted converted) {
      return converted.sources();
    }
    return part instanceof WeightPart.ByChannel channels ? channels.sources() : List.of();
  }

  private static long bytes(List<SourceTensor> tensors) {
    return tensors.stream().mapToLong(SourceTensor::bytes).sum();
  }

  private static long aligned(long position) {
    return (position + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private void append(WeightPart part) throws ModelException {
    if (part instanceof WeightPart.Converted converted) {
      align();
      for (SourceTensor tensor : converted.sources()) {
        convert(tensor, converted.codec());
      }
    } else if (part instanceof WeightPart.ByChannel channels) {
      align();
      quantize(channels);
    } else if (part instanceof WeightPart.Computed computed) {
      align();
      compute(computed);
    }
  }

  private void align() throws ModelException {
    long padding = aligned(target.position()) - target.position();
    target.write(ByteBuffer.allocate((int) padding));
  }

  private void convert(SourceTensor tensor, BlockCodec codec) throws ModelException {
    int blockBytes = codec.source().blockBytes();
    int chunk = CHUNK_BYTES / blockBytes * blockBytes;
    for (long from = 0; from < tensor.bytes(); from += in.limit()) {
      checkInterrupted();
      in.clear().limit((int) Math.min(chunk, tensor.bytes() - from));
      source.read(tensor, from, in);
      if (!codec.convert(in.flip(), out.clear())) {
        throw source.wrong(
            tensor,
            "it holds numbers that are not finite, within the %d bytes from %d on"
                .formatted(in.limit(), from));
      }
      target.write(out.flip());
      sourceDone += in.limit();
      listener.progress(tensor.name(), sourceDone, sourceBytes);
    }
  }

  private void quantize(WeightPart.ByChannel part) throws ModelException {
    checkInterrupted();
    ChannelQuantizer quantizer = new ChannelQuantizer(source, channels);
    switch (part.content()) {
      case QUANTA -> quantizer.quanta(part.sources(), target::write);
      case SCALES -> quantizer.scales(part.sources(), target::write);
      case SUMS -> quantizer.sums(part.sources(), target::write);
    }
    sourceDone += bytes(part.sources());
    listener.progress(part.name(), sourceDone, sourceBytes);
  }

  private void compute(WeightPart.Computed table) throws ModelException {
    int rowBytes = Math.toIntExact(table.bytes() / table.rows());
    ByteBuffer row = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < table.rows(); i++) {
      checkInterrupted();
      table.row().fill(i, row.clear());
      target.write(row.position(0));
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkInterrupted() throws ModelException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ModelException(
          Kind.INTERRUPTED, "the import was interrupted; nothing of it is left behind");
    }
  }
}
