package dev.bantam.models;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.importer.cache.Int8CacheGraph;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Gives installed decoders a second graph, whose cache is one of bytes. */
public final class Int8Caches {

  /** Bantam's own graphs have their weights outside; one that is larger is none of them. */
  private static final long LARGEST = 64L << 20;

  private final Parts parts;

  Int8Caches(Parts parts) {
    this.parts = parts;
  }

  /**
   * Adds the file of role {@link ModelFiles#INT8_KV_GRAPH} to a variant, in place of one that it
   * may have. What serves goes on with what it has loaded. Blocking.
   *
   * @param reference version and variant may be left open
   * @return the variant's full reference
   * @throws ModelException {@code NOT_INSTALLED}; {@code UNSUPPORTED} if its graph is not one that
   *     Bantam made of weights, or it was published ready-made; what the calibration throws
   */
  public ModelReference add(ModelReference reference, CacheCalibration calibration)
      throws ModelException {
    ModelFiles files = parts.finder().resolve(reference, List.of());
    ModelReference full = files.reference();
    ModelProto graph = readGraph(files);
    CacheRanges ranges = calibration.ranges(files);
    try (FileLocks.Held lock = parts.locks().acquire(full.name(), holder -> {});
        BlobStore.Work work = parts.blobs().begin()) {
      Item item = parts.finder().newest(full).orElseThrow(() -> gone(full));
      if (item.release().prepared().isPresent()) {
        throw new ModelException(
            Kind.UNSUPPORTED,
            "%s was published as it is, and stays so; calibrate the model before model release publishes it"
                .formatted(full));
      }
      Blob made = write(work, Int8CacheGraph.of(graph, ranges));
      List<InstalledVariant> variants =
          item.installed().variants().stream()
              .map(
                  each ->
                      each.variant().equals(full.variant().orElseThrow())
                          ? each.withFile(ModelFiles.INT8_KV_GRAPH, made)
                          : each)
              .toList();
      parts
          .shelf()
          .write(parts.blobs(), work, item.release(), item.installed().withVariants(variants));
    } finally {
      parts.sweeper().sweep();
    }
    return full;
  }

  private static ModelException gone(ModelReference model) {
    return new ModelException(
        Kind.NOT_INSTALLED, "%s was removed meanwhile; pull or import it again".formatted(model));
  }

  private static ModelProto readGraph(ModelFiles files) throws ModelException {
    Path file = files.files().get(ModelFiles.GRAPH);
    try {
      if (file != null && Files.size(file) <= LARGEST) {
        ModelProto graph = ModelProto.parseFrom(Files.readAllBytes(file));
        if (Int8CacheGraph.canBeMade(graph)) {
          return graph;
        }
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
    throw new ModelException(
        Kind.UNSUPPORTED,
        "%s can have no int8 cache: only decoders that Bantam imports from weights can, no encoders and no ONNX exports"
            .formatted(files.reference()));
  }

  private static Blob write(BlobStore.Work work, ModelProto graph) throws ModelException {
    try (BlobWriter writer = work.open()) {
      writer.write(ByteBuffer.wrap(graph.toByteArray()));
      return writer.commit();
    }
  }
}
