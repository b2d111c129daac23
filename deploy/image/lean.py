"""Libraries and classes without what stands in them for debuggers alone, for the container image."""

import struct


def without_symbols(library):
    """A shared library (ELF, 64 bits) without what stands in it for debuggers alone."""
    table = struct.unpack_from("<Q", library, 40)[0]
    entry, count, names = struct.unpack_from("<HHH", library, 58)
    sections = [list(struct.unpack_from("<IIQQQQIIQQ", library, table + entry * n)) for n in range(count)]
    loaded = [n for n, section in enumerate(sections) if section[2] & 2]
    end = max(sections[n][4] + (0 if sections[n][1] == 8 else sections[n][5]) for n in loaded)
    if any(section[1] and section[4] < end for n, section in enumerate(sections) if n not in loaded):
        return library
    kept = [0] + loaded + [names]
    numbers = {old: new for new, old in enumerate(kept)}
    body = library[:end] + library[sections[names][4] : sections[names][4] + sections[names][5]]
    sections[names][4] = end
    body += bytes(-len(body) % 8)
    table = len(body)
    for section in (sections[n] for n in kept):
        section[6] = numbers.get(section[6], 0)
        if section[2] & 0x40:  # its information is a section's number
            section[7] = numbers.get(section[7], 0)
        body += struct.pack("<IIQQQQIIQQ", *section)
    body = bytearray(body)
    struct.pack_into("<Q", body, 40, table)
    struct.pack_into("<HH", body, 60, len(kept), numbers[names])
    return bytes(body)


# How many bytes follow the tag of a class file's constant; of a text's, its length does.
CONSTANT_BYTES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
FOR_DEBUGGERS = (b"LocalVariableTable", b"LocalVariableTypeTable")


def without_locals(data):
    """A class file without its methods' tables of local variables. Lines stay, for stack traces."""
    if not any(name in data for name in FOR_DEBUGGERS):
        return data
    texts, number, at = {}, 1, 10
    while number < struct.unpack_from(">H", data, 8)[0]:
        tag = data[at]
        if tag == 1:
            length = struct.unpack_from(">H", data, at + 1)[0]
            texts[number] = data[at + 3 : at + 3 + length]
            at += 3 + length
        else:
            at += 1 + CONSTANT_BYTES[tag]
        number += 2 if tag in (5, 6) else 1
    at += 8 + 2 * struct.unpack_from(">H", data, at + 6)[0]
    out = [data[:at]]
    for _ in ("fields", "methods"):
        count = struct.unpack_from(">H", data, at)[0]
        out.append(data[at : at + 2])
        at += 2
        for _ in range(count):
            out.append(data[at : at + 6])
            kept, at = attributes(data, at + 6, texts)
            out.append(kept)
    return b"".join(out) + data[at:]


def attributes(data, at, texts):
    """Those of a class file's member, or of its code, from their number on; and where they end."""
    count = struct.unpack_from(">H", data, at)[0]
    at += 2
    kept = []
    for _ in range(count):
        name, length = struct.unpack_from(">HI", data, at)
        end = at + 6 + length
        if texts[name] == b"Code":
            inner = at + 14 + struct.unpack_from(">I", data, at + 10)[0]
            inner += 2 + 8 * struct.unpack_from(">H", data, inner)[0]
            code = data[at + 6 : inner] + attributes(data, inner, texts)[0]
            kept.append(struct.pack(">HI", name, len(code)) + code)
        elif texts[name] not in FOR_DEBUGGERS:
            kept.append(data[at:end])
        at = end
    return struct.pack(">H", len(kept)) + b"".join(kept), at
