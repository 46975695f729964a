/* The student and the windows, where they stay: read in place. */
#ifdef __arm__
    .section .student, "a", %progbits /* @ begins a comment here */
#else
    .section .student, "a", @progbits
#endif
    .balign 64
    .global student_start, student_end, windows_start, windows_end
student_start:
    .incbin STUDENT
student_end:
#ifdef __arm__
    .section .windows, "a", %progbits
#else
    .section .windows, "a", @progbits
#endif
    .balign 8
windows_start:
    .incbin WINDOWS
windows_end:
