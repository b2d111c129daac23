package dev.bantam.models.importer;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.onnx.OnnxImport;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.importer.safetensors.SafetensorsSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.store.BlobSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Turns a model's file into what the runtime loads. */
public final class ModelImporter {

  private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

  private ModelImporter() {}

  /**
   * Imports one model. The work streams: the heap never holds a tensor.
   *
   * @param source a GGUF of version 2 or 3, a folder with safetensors as transformers saves it, or
   *     an ONNX export: its graph, or a folder with one graph
   * @param quantization what to re-quantize its weights to; an ONNX export's stay as they are
   * @param blobs takes the files made; after a failure nothing but whole blobs without a user is
   *     left in it
   * @throws ModelException {@code MALFORMED} if the file is no sound model, {@code UNSUPPORTED} if
   *     its architecture, a tensor type or its tokenizer is not supported, {@code INTERRUPTED} if
   *     the thread was interrupted, {@code DISK_FULL}, {@code IO}
   */
  public static ImportedVariant importModel(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException {
    if (ExportFolder.isExport(source)) {
      if (quantization != Quantization.NONE) {
        throw new ModelException(
            Kind.USAGE,
            "%s is an ONNX export, which is run as it is; import it without quantizing, or choose another of its graphs"
                .formatted(source.getFileName()));
      }
      return new OnnxImport(blobs, listener).run(source);
    }
    if (Files.isDirectory(source)) {
      try (ModelSource folder = SafetensorsSource.open(source)) {
        return new DecoderImport(blobs, listener).run(folder, quantization);
      }
    }
    if (!beginsWith(source, GGUF)) {
      throw new ModelException(
          Kind.MALFORMED,
          "%s is no model that can be imported; supported are GGUF files, which begin with \"GGUF\", ONNX graphs (.onnx), and folders with config.json and model.safetensors or an ONNX graph"
              .formatted(source.getFileName()));
    }
    try (ModelSource gguf = GgufSource.open(source)) {
      return new DecoderImport(blobs, listener).run(gguf, quantization);
    }
  }

  /** As {@link #importModel(Path, Quantization, BlobSink, ImportListener)}, weights as they are. */
  public static ImportedVariant importModel(Path source, BlobSink blobs, ImportListener listener)
      throws ModelException {
    return importModel(source, Quantization.NONE, blobs, listener);
  }

  private static boolean beginsWith(Path file, byte[] magic) throws ModelException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(magic.length);
      int read = channel.read(start, 0);
      return read == magic.length && start.flip().equals(ByteBuffer.wrap(magic));
    } catch (NoSuchFileException e) {
      throw new ModelException(Kind.USAGE, "there is no file %s".formatted(file), e);
    } catch (ClosedByInterruptException e) {
      throw new ModelException(Kind.INTERRUPTED, "the import was interrupted", e);
    } catch (IOException e) {
      throw new ModelException(Kind.IO, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
