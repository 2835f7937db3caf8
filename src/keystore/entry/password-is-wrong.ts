/** All that can be said where a keyed check fails and nothing else tells whose fault it is. */
export const passwordIsWrong = 'the store password is wrong, or the file was changed after it was written';
