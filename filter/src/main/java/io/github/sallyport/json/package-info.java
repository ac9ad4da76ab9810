/**
 * The one strict JSON reader and writer: bytes in, maps and lists out. It knows no claim and no
 * field.
 */
@NullMarked
package io.github.sallyport.json;

import org.jspecify.annotations.NullMarked;
